import { type BlueprintGraph, canonicalJson, readBlueprint } from '@modelsmith/domain'
import { useState } from 'react'
import { historyOf, record, redo, undo } from '../../canvas/history.ts'

export type Draft = { readonly name: string; readonly description: string; readonly graph: BlueprintGraph }

export type OpenDraft = Draft & {
  readonly selected: string | undefined
  readonly select: (node: string | undefined) => void
  readonly rename: (name: string) => void
  /** A change of the graph; changes in a row with the same `step` are undone together. */
  readonly change: (graph: BlueprintGraph, selected: string | undefined, step?: string) => void
  /** The draft as YAML, as it was typed; undefined when it was not. */
  readonly text: string | undefined
  /** Whether that text is a blueprint. What is not changes nothing else, and is kept until it is mended or discarded. */
  readonly readable: boolean
  readonly type: (text: string | undefined) => void
  /** Undefined when there is nothing to undo. */
  readonly undo: (() => void) | undefined
  readonly redo: (() => void) | undefined
  /** Begins anew with what is saved. */
  readonly reset: (draft: Draft) => void
}

/** A blueprint that is being drawn: its name, its graph with all that can be undone, and the node that is edited. */
export const useDraft = (first: Draft): OpenDraft => {
  const [name, setName] = useState(first.name)
  const [description, setDescription] = useState(first.description)
  const [history, setHistory] = useState(() => historyOf(first.graph))
  const [selected, select] = useState<string>()
  const [text, setText] = useState<string>()
  const [readable, setReadable] = useState(true)
  const type = (typed: string | undefined) => {
    const { blueprint } = typed === undefined ? {} : readBlueprint(typed)
    setText(typed)
    setReadable(typed === undefined || blueprint !== undefined)
    if (blueprint === undefined) return
    setName(blueprint.name)
    setDescription(blueprint.description ?? '')
    setHistory(record(history, blueprint.graph, 'text'))
    select(undefined)
  }
  const go = (next: typeof history) => {
    setHistory(next)
    type(undefined)
  }
  return {
    name,
    description,
    graph: history.present,
    selected,
    select,
    rename: (next) => {
      setName(next)
      if (readable) type(undefined)
    },
    change: (graph, next, step) => {
      go(record(history, graph, step))
      select(next)
    },
    text,
    readable,
    type,
    undo: history.past.length === 0 || !readable ? undefined : () => go(undo(history)),
    redo: history.future.length === 0 || !readable ? undefined : () => go(redo(history)),
    reset: (draft) => {
      setName(draft.name)
      setDescription(draft.description)
      go(historyOf(draft.graph))
      select(undefined)
    },
  }
}

export const differs = (a: Draft, b: Draft): boolean =>
  a.name.trim() !== b.name || a.description !== b.description || differsInGraph(a, b)

/** By what they say: the database keeps the keys of a graph in an order of its own. */
export const differsInGraph = ({ graph: a }: Draft, { graph: b }: Draft): boolean =>
  a !== b && canonicalJson(a) !== canonicalJson(b)
