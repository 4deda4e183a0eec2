import type { Blueprint } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { type Draft, differs, differsInGraph, type OpenDraft, useDraft } from './use-draft.ts'

type SavedDraft = {
  readonly draft: OpenDraft
  /** What the draft began from, and what saving it expects to replace. */
  readonly base: Blueprint | undefined
  readonly unsaved: boolean
  /** Saves what is not saved yet. */
  readonly save: () => Promise<Blueprint>
  /** Forgets the draft for what is saved. */
  readonly adopt: (blueprint: Blueprint) => void
}

/** A draft of a blueprint that is saved already, or of a new one; `from` is what a copy was made from. */
export const useSavedDraft = (first: Draft, saved?: Blueprint, from?: string): SavedDraft => {
  const [begun] = useState(first)
  const [base, setBase] = useState(saved)
  const draft = useDraft(begun)
  const refresh = useRefresh()
  const unsaved = !draft.readable || differs(draft, base ?? begun)
  const save = async (): Promise<Blueprint> => {
    if (base !== undefined && !unsaved) return base
    const name = draft.name.trim()
    const { description, graph } = draft
    try {
      const next =
        base === undefined
          ? await client.call('createBlueprint', {
              body: { name, description, graph, ...(from === undefined ? {} : { from }) },
            })
          : await client.call('changeBlueprint', {
              params: { id: base.id },
              body: differsInGraph(draft, base) ? { name, description, graph } : { name, description },
              ifMatch: base.version,
            })
      setBase(next)
      return next
    } finally {
      await refresh()
    }
  }
  const adopt = (blueprint: Blueprint) => {
    setBase(blueprint)
    draft.reset(blueprint)
  }
  return { draft, base, unsaved, save, adopt }
}
