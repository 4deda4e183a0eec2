import type { BlueprintGraph } from '@modelsmith/domain'
import { useState } from 'react'
import { historyOf, record, redo, undo } from '../../canvas/history.ts'

export type Draft = { readonly name: string; readonly graph: BlueprintGraph }

export type OpenDraft = Draft & {
  readonly selected: string | undefined
  readonly select: (node: string | undefined) => void
  readonly rename: (name: string) => void
  /** A change of the graph; changes in a row with the same `step` are undone together. */
  readonly change: (graph: BlueprintGraph, selected: string | undefined, step?: string) => void
  /** Undefined when there is nothing to undo. */
  readonly undo: (() => void) | undefined
  readonly redo: (() => void) | undefined
  /** Begins anew with what is saved. */
  readonly reset: (draft: Draft) => void
}

/** A blueprint that is being drawn: its name, its graph with all that can be undone, and the node that is edited. */
export const useDraft = (first: Draft): OpenDraft => {
  const [name, rename] = useState(first.name)
  const [history, setHistory] = useState(() => historyOf(first.graph))
  const [selected, select] = useState<string>()
  return {
    name,
    graph: history.present,
    selected,
    select,
    rename,
    change: (graph, next, step) => {
      setHistory(record(history, graph, step))
      select(next)
    },
    undo: history.past.length === 0 ? undefined : () => setHistory(undo(history)),
    redo: history.future.length === 0 ? undefined : () => setHistory(redo(history)),
    reset: (draft) => {
      rename(draft.name)
      setHistory(historyOf(draft.graph))
      select(undefined)
    },
  }
}

export const differs = (a: Draft, b: Draft): boolean => a.name.trim() !== b.name || differsInGraph(a, b)

export const differsInGraph = ({ graph: a }: Draft, { graph: b }: Draft): boolean =>
  a !== b && JSON.stringify(a) !== JSON.stringify(b)
