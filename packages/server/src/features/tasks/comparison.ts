import type { TaskComparison } from '@modelsmith/api'
import { canonicalJson, diffLines } from '@modelsmith/domain'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { toTaskVersion, type TaskVersionRow } from './store.ts'

/** The text of a stored file; undefined when it is not text that is shown. */
type TextOf = (file: StoredFile) => Promise<string | undefined>

/** What changes from one version to another. */
export const compareVersions = async (
  before: TaskVersionRow,
  after: TaskVersionRow,
  textOf: TextOf,
): Promise<TaskComparison> => {
  const [old, now] = [before, after].map(({ files }) => new Map(files.map((file) => [file.path, file]))) as [
    Map<string, StoredFile>,
    Map<string, StoredFile>,
  ]
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort()
  const files = await Promise.all(paths.map((path) => compareFile(path, old.get(path), now.get(path), textOf)))
  const [was, is] = [toTaskVersion(before), toTaskVersion(after)]
  return {
    before: was,
    after: is,
    files,
    metadata: compareMetadata(before.metadata, after.metadata),
    environment: { before: was.environment, after: is.environment },
  }
}

const compareFile = async (
  path: string,
  before: StoredFile | undefined,
  after: StoredFile | undefined,
  textOf: TextOf,
): Promise<TaskComparison['files'][number]> => {
  const sides = { before: sideOf(before), after: sideOf(after) }
  if (before?.key === after?.key) return { path, change: 'same', ...sides, hunks: [] }
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const [old, now] = await Promise.all([before, after].map((file) => (file === undefined ? '' : textOf(file))))
  return { path, change, ...sides, hunks: old === undefined || now === undefined ? null : hunksOf(old, now) }
}

type Hunks = NonNullable<TaskComparison['files'][number]['hunks']>

const hunksOf = (before: string, after: string): Hunks =>
  diffLines(before, after).map((hunk) => ({ ...hunk, lines: hunk.lines.map((line) => ({ ...line })) }))

const sideOf = (file: StoredFile | undefined) => (file === undefined ? null : { bytes: file.bytes, sha256: file.key })

const compareMetadata = (before: object, after: object): TaskComparison['metadata'] => {
  const json = (metadata: object, key: string): string | null => {
    const value = (metadata as Record<string, unknown>)[key]
    return value === undefined ? null : canonicalJson(value)
  }
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [old, now] = [json(before, key), json(after, key)]
    return old === now ? [] : [{ key, before: old, after: now }]
  })
}
