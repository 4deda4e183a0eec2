import type { TaskVersion } from '@modelsmith/api'
import { useEffect, useState } from 'react'
import { changesOf, draftOf, type TaskDraft } from './draft.ts'

const placeOf = (task: string): string => `modelsmith:task-draft:${task}`

/** What was typed and not saved, also before the page was closed; files from the disk cannot be kept so. */
const readKept = (task: string): TaskDraft | undefined => {
  try {
    const text = localStorage.getItem(placeOf(task))
    return text === null ? undefined : (JSON.parse(text) as TaskDraft)
  } catch {
    return undefined
  }
}

const keep = (task: string, draft: TaskDraft | undefined): void => {
  try {
    if (draft === undefined) localStorage.removeItem(placeOf(task))
    else {
      const files = draft.files.filter(({ from, data }) => data === undefined || from !== undefined)
      localStorage.setItem(
        placeOf(task),
        JSON.stringify({ ...draft, files: files.map(({ data: _, ...file }) => file) }),
      )
    }
  } catch {
    // No room, or no storage at all: the draft lives as long as the page.
  }
}

export type OpenTaskDraft = {
  readonly draft: TaskDraft
  readonly changed: boolean
  readonly change: (draft: TaskDraft) => void
  /** Begins anew with what is saved. */
  readonly reset: (version: TaskVersion) => void
}

/** The files of a task as they are edited; as long as nothing is changed, they follow the latest version. */
export const useTaskDraft = (task: string, latest: TaskVersion): OpenTaskDraft => {
  const [kept, setKept] = useState<TaskDraft | undefined>(() => readKept(task))
  const draft = kept ?? draftOf(latest)
  const changed = kept !== undefined
  useEffect(() => keep(task, kept), [task, kept])
  return {
    draft,
    changed,
    change: (next) => setKept(changesOf(next).length === 0 ? undefined : next),
    reset: () => setKept(undefined),
  }
}
