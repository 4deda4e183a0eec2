import { chown, mkdir, rm } from 'node:fs/promises'
import { folderLimits, isError } from '@modelsmith/domain'
import type { Finding } from '@modelsmith/table'
import type { TaskFile } from '../archive.ts'
import { taskError } from '../errors.ts'
import { git, type GitAnswer, type GitRun } from './git.ts'
import { startGuardedProxy } from './guarded-proxy.ts'
import type { GitSource } from './source.ts'

export type FetchLimits = {
  /** Of everything that the server may send. */
  readonly transferBytes: number
  /** Of the folder's files. */
  readonly folderBytes: number
  readonly seconds: number
}

export const fetchLimits: FetchLimits = { transferBytes: 512 * 2 ** 20, folderBytes: 512 * 2 ** 20, seconds: 600 }

export type FetchSettings = {
  /** Made here and removed again. */
  readonly folder: string
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  /** Hosts that may be at a private address. */
  readonly allowed: readonly string[]
  readonly limits?: FetchLimits
  readonly signal: AbortSignal
  readonly onProgress: (fraction: number | null, step: string) => void
}

export type FetchedFolder = { readonly commit: string; readonly files: readonly TaskFile[] }

const fewBytes = 2 ** 20
/** Of one line of a listing: a name may be long. */
const entryBytes = 4500

/** The files of a folder of a repository as they are in one commit; nothing of the repository is run or checked out. */
export const fetchFolder = async (source: GitSource, settings: FetchSettings): Promise<FetchedFolder> => {
  const { folder, user, allowed, limits = fetchLimits, onProgress } = settings
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  const proxy = await startGuardedProxy({ allowed, mostBytes: limits.transferBytes })
  const late = AbortSignal.timeout(limits.seconds * 1000)
  const run: GitRun = { folder, user, proxy: proxy.address, signal: AbortSignal.any([settings.signal, late]) }
  const refuse = (answer: GitAnswer): Error => {
    const refused = proxy.refused()
    if (refused !== undefined) return taskError('task.gitPrivate', { host: refused })
    if (proxy.exceeded()) return tooLarge('What the server sends', limits.transferBytes)
    return taskError('task.git', { url: source.url, reason: reasonOf(answer) })
  }
  try {
    onProgress(null, `Asking ${new URL(source.url).host}`)
    const begun = await git(run, ['init', '--quiet', '--bare', '--template=', '.'], { mostBytes: fewBytes })
    if (begun.code !== 0) throw refuse(begun)
    const commit = await fetchCommit(run, source, refuse, onProgress)
    onProgress(null, 'Reading the folder')
    const entries = await listEntries(run, source, commit, limits)
    return { commit, files: await readBlobs(run, entries) }
  } catch (error) {
    if (late.aborted && !settings.signal.aborted)
      throw taskError('task.gitLimit', { what: 'Fetching it', limit: `${limits.seconds} seconds` }, { cause: error })
    throw error
  } finally {
    proxy.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const tooLarge = (what: string, bytes: number) =>
  taskError('task.gitLimit', { what, limit: `${(bytes / 2 ** 20).toLocaleString('en')} MiB` })

const isCommit = (ref: string): boolean => /^[0-9a-f]{7,64}$/.test(ref)

const fetchCommit = async (
  run: GitRun,
  { url, ref }: GitSource,
  refuse: (answer: GitAnswer) => Error,
  onProgress: FetchSettings['onProgress'],
): Promise<string> => {
  const fetched = (what: readonly string[]) =>
    git(run, ['fetch', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--progress', ...what], {
      mostBytes: fewBytes,
      onProgress: (line) => {
        const [, step, percent] = /^(?:remote: )?(\w+ objects):\s+(\d+)%/.exec(line) ?? []
        if (step !== undefined) onProgress(Number(percent) / 100, step)
      },
    })
  const commitOf = async (name: string): Promise<string | undefined> => {
    const found = await git(run, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], {
      mostBytes: fewBytes,
    })
    return found.code === 0 ? found.output.toString('utf8').trim() : undefined
  }
  const wanted = 'refs/modelsmith/wanted'
  const first = await fetched(['--depth=1', '--', url, `+${ref ?? 'HEAD'}:${wanted}`])
  if (first.code === 0) return (await commitOf(wanted)) ?? nothing(ref)
  if (!/couldn't find remote ref|not our ref|bad object|invalid refspec/i.test(first.errors)) throw refuse(first)
  // A shortened commit, or a server that gives no single commits: it is looked for among all branches.
  if (ref === undefined || !isCommit(ref)) return nothing(ref)
  const all = await fetched(['--', url, '+refs/heads/*:refs/heads/*'])
  if (all.code !== 0) throw refuse(all)
  return (await commitOf(ref)) ?? nothing(ref)
}

const nothing = (ref: string | undefined): never => {
  throw taskError('task.gitNothing', {
    what: ref === undefined ? 'has nothing on its main branch' : `has no branch, tag or commit "${ref}"`,
  })
}

type Entry = { readonly path: string; readonly object: string; readonly bytes: number }

const listEntries = async (run: GitRun, source: GitSource, commit: string, limits: FetchLimits): Promise<Entry[]> => {
  const tree = `${commit}:${source.folder}`
  // A few trees that name each other can list a million files.
  const mostBytes = folderLimits.files * entryBytes
  const listed = await git(run, ['ls-tree', '-r', '-z', '-l', '--full-tree', '--end-of-options', tree], { mostBytes })
  const records = listed.output.toString('latin1').split('\0').slice(0, -1)
  if (listed.tooMuch || records.length > folderLimits.files)
    throw taskError('task.gitLimit', { what: 'The folder', limit: `${folderLimits.files.toLocaleString('en')} files` })
  if (listed.code !== 0) throw taskError('task.gitNothing', { what: `has no folder "${source.folder}"` })
  const { entries, findings } = judgeRecords(records)
  if (findings.some(isError)) throw taskError('task.folder', { count: findings.length }, { findings })
  if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > limits.folderBytes)
    throw tooLarge('The folder', limits.folderBytes)
  return entries
}

/** What is not a plain file cannot be part of a task. */
const judgeRecords = (records: readonly string[]): { entries: Entry[]; findings: Finding[] } => {
  const entries: Entry[] = []
  const findings: Finding[] = []
  for (const record of records) {
    const [, mode = '', object = '', size = '', name = ''] =
      /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([^]*)$/.exec(record) ?? []
    const path = Buffer.from(name, 'latin1').toString('utf8')
    const problem =
      mode === '120000' ? 'a link' : mode === '160000' ? 'a submodule' : mode.startsWith('100') ? undefined : 'no file'
    if (problem === undefined) entries.push({ path, object, bytes: Number(size) })
    else findings.push(taskError('task.gitEntry', { path: path.slice(0, 400), problem }).toJSON())
  }
  return { entries, findings }
}

const readBlobs = async (run: GitRun, entries: readonly Entry[]): Promise<TaskFile[]> => {
  const expected = entries.reduce((sum, { bytes }) => sum + bytes + 100, fewBytes)
  const { code, output, errors, tooMuch } = await git(run, ['cat-file', '--batch'], {
    input: entries.map(({ object }) => `${object}\n`).join(''),
    mostBytes: expected,
  })
  if (code !== 0 || tooMuch)
    throw taskError('task.git', { url: 'The repository', reason: errors.trim() || 'it is damaged' })
  let at = 0
  return entries.map(({ path, bytes }) => {
    const start = output.indexOf(0x0a, at) + 1
    at = start + bytes + 1
    return { path, bytes: new Uint8Array(output.subarray(start, start + bytes)) }
  })
}

/** What git said last, without its prefix. */
const reasonOf = ({ code, errors }: GitAnswer): string => {
  if (code === 127) return 'git is not installed on the server'
  const lines = errors
    .split(/[\r\n]+/)
    .map((line) => line.replace(/^(fatal|error|remote): /, '').trim())
    .filter((line) => line !== '' && !/^(From|\*|hint:)/.test(line))
  return (lines.at(-1) ?? `git ended with ${code}`).replace(/\.$/, '').slice(0, 500)
}
