import { TaskRemovals, TaskRenames } from '@modelsmith/api'
import { changeMetadata, metadataFile } from '@modelsmith/domain'
import { demand } from '../../infra/http/validation.ts'
import { infraError } from '../../infra/errors.ts'
import type { TaskFile } from './archive.ts'
import { taskError } from './errors.ts'

/** What is changed about the files of a version. */
export type TaskEdit = {
  readonly put: readonly TaskFile[]
  readonly remove: readonly string[]
  /** New paths by the old ones. */
  readonly rename: Readonly<Record<string, string>>
  readonly environment: string | undefined
}

/** The parts of an edit that travel as JSON in the fields of a form. */
export const readEdit = (fields: Readonly<Record<string, string>>): Pick<TaskEdit, 'remove' | 'rename'> => {
  const remove = jsonOf(fields['remove'], 'remove', [])
  const rename = jsonOf(fields['rename'], 'rename', {})
  demand(TaskRemovals, remove, 'field "remove"')
  demand(TaskRenames, rename, 'field "rename"')
  return { remove: remove as string[], rename: rename as Record<string, string> }
}

const jsonOf = (text: string | undefined, field: string, fallback: unknown): unknown => {
  if (text === undefined || text === '') return fallback
  try {
    return JSON.parse(text)
  } catch {
    throw infraError('request.unreadable', { reason: `its field "${field}" is not JSON` })
  }
}

/** The files after an edit: first renamed, then removed, then those that were put in. */
export const applyEdit = (files: readonly TaskFile[], edit: TaskEdit): TaskFile[] => {
  const renames = new Map(Object.entries(edit.rename))
  const known = new Set(files.map(({ path }) => path))
  for (const path of [...renames.keys(), ...edit.remove]) if (!known.has(path)) throw taskError('task.noFile', { path })
  const removed = new Set(edit.remove)
  const kept = files.flatMap(({ path, bytes }) =>
    removed.has(path) ? [] : [{ path: renames.get(path) ?? path, bytes }],
  )
  for (const to of renames.values())
    if (kept.filter(({ path }) => path === to).length > 1) throw taskError('task.taken', { path: to })
  const put = new Set(edit.put.map(({ path }) => path))
  const all = [...kept.filter(({ path }) => !put.has(path)), ...edit.put]
  return edit.environment === undefined ? all : withEnvironment(all, edit.environment)
}

const withEnvironment = (files: readonly TaskFile[], environment: string): TaskFile[] =>
  files.map((file) =>
    file.path === metadataFile
      ? { ...file, bytes: Buffer.from(changeMetadata(Buffer.from(file.bytes).toString('utf8'), { environment })) }
      : file,
  )
