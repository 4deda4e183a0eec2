import type { TaskVersion } from '@modelsmith/api'

/** One file of a draft. */
export type DraftFile = {
  readonly path: string
  /** Its path in the version that the draft began from; left out: it is new. */
  readonly from?: string
  /** What was typed, where that differs from what is saved. */
  readonly text?: string
  /** What was chosen from the disk instead. */
  readonly data?: File
}

/** Files of a task as somebody changes them. */
export type TaskDraft = {
  /** The version that the changes began from. */
  readonly base: string
  readonly number: string
  /** Paths of its files. */
  readonly paths: readonly string[]
  readonly files: readonly DraftFile[]
}

export const draftOf = ({ id, number, files }: Pick<TaskVersion, 'id' | 'number' | 'files'>): TaskDraft => {
  const paths = files.map(({ path }) => path)
  return { base: id, number, paths, files: paths.map((path) => ({ path, from: path })) }
}

export type DraftChange = { readonly path: string; readonly change: 'new' | 'changed' | 'renamed' | 'deleted' }

const isPut = ({ from, text, data }: DraftFile): boolean =>
  from === undefined || text !== undefined || data !== undefined

/** What a draft changes, file by file. */
export const changesOf = ({ paths, files }: TaskDraft): DraftChange[] => {
  const kept = new Set(files.map(({ from }) => from))
  return [
    ...files.flatMap((file): DraftChange[] => {
      const { path, from } = file
      if (from === undefined) return [{ path, change: 'new' }]
      if (isPut(file)) return [{ path, change: 'changed' }]
      return path === from ? [] : [{ path, change: 'renamed' }]
    }),
    ...paths.filter((path) => !kept.has(path)).map((path): DraftChange => ({ path, change: 'deleted' })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** A draft as the API takes it. */
export const editOf = ({ base, paths, files }: TaskDraft) => {
  const kept = new Set(files.flatMap((file) => (isPut(file) && file.path !== file.from ? [] : [file.from])))
  const renamed = files.flatMap((file) =>
    file.from === undefined || file.path === file.from || isPut(file) ? [] : [[file.from, file.path] as const],
  )
  return {
    fields: {
      base,
      remove: JSON.stringify(paths.filter((path) => !kept.has(path))),
      rename: JSON.stringify(Object.fromEntries(renamed)),
    },
    files: files
      .filter(isPut)
      .map(({ path, text, data }) => ({ name: path, data: data ?? new Blob([text ?? ''], { type: 'text/plain' }) })),
  }
}

const withFile = (draft: TaskDraft, path: string, change: (file: DraftFile) => DraftFile): TaskDraft => ({
  ...draft,
  files: draft.files.map((file) => (file.path === path ? change(file) : file)),
})

/** `saved` is the text that the file had; typing it again is no change. */
export const typeText = (draft: TaskDraft, path: string, text: string, saved: string | undefined): TaskDraft =>
  withFile(draft, path, ({ from }) => ({
    path,
    ...(from === undefined ? {} : { from }),
    ...(from !== undefined && text === saved ? {} : { text }),
  }))

/** Puts a file in, new or in the place of one. */
export const putFile = (draft: TaskDraft, path: string, content: Pick<DraftFile, 'text' | 'data'>): TaskDraft =>
  draft.files.some((file) => file.path === path)
    ? withFile(draft, path, ({ from }) => ({ path, ...(from === undefined ? {} : { from }), ...content }))
    : { ...draft, files: sorted([...draft.files, { path, ...content }]) }

export const renameFile = (draft: TaskDraft, path: string, to: string): TaskDraft => {
  const renamed = withFile(draft, path, (file) => ({ ...file, path: to }))
  return { ...renamed, files: sorted(renamed.files) }
}

export const deleteFile = (draft: TaskDraft, path: string): TaskDraft => ({
  ...draft,
  files: draft.files.filter((file) => file.path !== path),
})

const sorted = (files: readonly DraftFile[]): DraftFile[] => files.toSorted((a, b) => (a.path < b.path ? -1 : 1))

/** The same changes on another version: files that were not changed are as they are there. */
export const rebase = (draft: TaskDraft, version: Pick<TaskVersion, 'id' | 'number' | 'files'>): TaskDraft => {
  const onto = draftOf(version)
  const there = new Set(onto.paths)
  const deleted = new Set(changesOf(draft).flatMap(({ path, change }) => (change === 'deleted' ? [path] : [])))
  const mine = draft.files.filter((file) => isPut(file) || file.path !== file.from)
  const moved = new Set(mine.flatMap(({ from, path }) => [from, path]))
  const carried = mine.flatMap((file): DraftFile[] => {
    const { from, ...rest } = file
    if (from !== undefined && there.has(from)) return [file]
    // What is new here, and what they deleted and I changed; what they deleted and I only renamed stays deleted.
    return isPut(file) ? [there.has(file.path) ? { ...rest, from: file.path } : rest] : []
  })
  return {
    ...onto,
    files: sorted([...onto.files.filter(({ path }) => !deleted.has(path) && !moved.has(path)), ...carried]),
  }
}
