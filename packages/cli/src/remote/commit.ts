import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { UploadFile } from '@modelsmith/api'
import { isIgnored } from '../files.ts'

/** What a task folder is of in its git repository. */
export type Commit = {
  readonly commit: string
  /** Clean: what is pushed is what the commit has. Unknown where no git is there to tell. */
  readonly state: 'clean' | 'dirty' | 'unknown'
  /** Address of `origin`, without credentials; local ones say nothing to others. */
  readonly remote: string | undefined
  /** From the top of the repository, with slashes; empty at the top. */
  readonly folder: string
}

/**
 * The commit that a folder is at. The repository may be anybody's, and git runs programs that a repository's own configuration names
 * (fsmonitor, filters, hooks, helpers of remotes). So its files are read here, and git is asked for the tree alone, in an empty
 * repository of ours that borrows the objects: none of the folder's `.git/config`, attributes or hooks is in force.
 */
export const commitOf = async (folder: string, files: readonly UploadFile[]): Promise<Commit | undefined> => {
  const place = await realpath(folder)
  const found = await findRepository(place)
  if (found === undefined) return undefined
  const { top, gitDir } = found
  const common = await commonDir(gitDir)
  const commit = await headOf(gitDir, common)
  if (commit === undefined) return undefined
  const inside = relative(top, place).split(sep).join('/')
  const workplace = await mkdtemp(join(tmpdir(), 'ms-git-'))
  try {
    const git = await borrowingGit(workplace, join(common, 'objects'), commit.length === 64 ? 'sha256' : 'sha1')
    const committed = await treeOf(git, commit, inside)
    const remote = await git([
      'config',
      '--file',
      join(common, 'config'),
      '--no-includes',
      '--get',
      'remote.origin.url',
    ])
    return {
      commit,
      state: committed === undefined ? 'unknown' : (await areSame(committed, files, commit.length)) ? 'clean' : 'dirty',
      remote: remote === undefined ? undefined : publicAddress(remote.toString().trim()),
      folder: inside,
    }
  } finally {
    await rm(workplace, { recursive: true, force: true })
  }
}

const textOf = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)

/** The folder or one above it that has a `.git`: a directory, or a file that names one, as work trees and submodules have. */
const findRepository = async (folder: string): Promise<{ top: string; gitDir: string } | undefined> => {
  for (let top = folder; ; top = dirname(top)) {
    const path = join(top, '.git')
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory() === true) return { top, gitDir: path }
    const named = found?.isFile() === true ? /^gitdir: (.+)$/m.exec((await textOf(path)) ?? '')?.[1] : undefined
    if (named !== undefined) return { top, gitDir: resolve(top, named.trim()) }
    if (dirname(top) === top) return undefined
  }
}

/** Work trees share all but their HEAD. */
const commonDir = async (gitDir: string): Promise<string> => {
  const named = await textOf(join(gitDir, 'commondir'))
  return named === undefined ? gitDir : resolve(gitDir, named.trim())
}

const isCommit = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

const headOf = async (gitDir: string, common: string): Promise<string | undefined> => {
  const head = (await textOf(join(gitDir, 'HEAD')))?.trim() ?? ''
  if (isCommit(head)) return head
  const reference = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1]
  if (reference === undefined || reference.split('/').includes('..')) return undefined
  for (const folder of [gitDir, common]) {
    const loose = (await textOf(join(folder, reference)))?.trim() ?? ''
    if (isCommit(loose)) return loose
  }
  const packed = (await textOf(join(common, 'packed-refs')))?.split('\n') ?? []
  const line = packed.find((each) => each.endsWith(` ${reference}`))?.split(' ')[0] ?? ''
  return isCommit(line) ? line : undefined
}

type Git = (args: readonly string[]) => Promise<Buffer | undefined>

const mostOutput = 64 * 2 ** 20
const longestMs = 30_000

/** Git in an empty repository that has the objects of another; nothing when git is not there or refuses. */
const borrowingGit = async (workplace: string, objects: string, format: 'sha1' | 'sha256'): Promise<Git> => {
  await mkdir(join(workplace, 'objects'))
  await mkdir(join(workplace, 'refs'))
  await writeFile(join(workplace, 'HEAD'), 'ref: refs/heads/none\n')
  const extension = format === 'sha256' ? '[extensions]\n\tobjectFormat = sha256\n' : ''
  const version = format === 'sha256' ? 1 : 0
  await writeFile(
    join(workplace, 'config'),
    `[core]\n\trepositoryformatversion = ${version}\n\tbare = true\n${extension}`,
  )
  const env = {
    PATH: process.env['PATH'],
    GIT_DIR: workplace,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: `"${objects.replace(/["\\]/g, '\\$&')}"`,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  }
  return (args) =>
    new Promise((settle) => {
      const options = { cwd: workplace, env, encoding: 'buffer', maxBuffer: mostOutput, timeout: longestMs } as const
      execFile('git', ['--no-pager', ...args], options, (error, out) => settle(error === null ? out : undefined))
    })
}

/** Object ids by path below a folder of a commit; links and submodules by what no file has. */
const treeOf = async (git: Git, commit: string, folder: string): Promise<ReadonlyMap<string, string> | undefined> => {
  const listed = await git(['ls-tree', '-r', '-z', '--full-tree', folder === '' ? commit : `${commit}:${folder}`])
  if (listed === undefined) {
    // A folder that the commit does not have is one whose files are all new.
    return (await git(['cat-file', '-e', `${commit}^{tree}`])) === undefined ? undefined : new Map()
  }
  const entries = listed.toString('utf8').split('\0').filter(Boolean)
  return new Map(
    entries.map((entry): [string, string] => {
      const [about = '', path = ''] = entry.split('\t', 2) as [string, string]
      const [mode, , id = ''] = about.split(' ')
      return [path, mode?.startsWith('100') === true ? id : 'no file']
    }),
  )
}

const areSame = async (
  committed: ReadonlyMap<string, string>,
  files: readonly UploadFile[],
  idLength: number,
): Promise<boolean> => {
  const expected = [...committed.keys()].filter((path) => !isIgnored(path))
  if (expected.length !== files.length) return false
  for (const { name, data } of files) {
    const bytes = new Uint8Array(await data.arrayBuffer())
    const hash = createHash(idLength === 64 ? 'sha256' : 'sha1')
    const id = hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
    if (committed.get(name) !== id) return false
  }
  return true
}

/** An address that others can use, without user, password, query or fragment; local paths and helpers are none. */
export const publicAddress = (text: string): string | undefined => {
  const scp = /^(?:[^@/\s]+@)?([\w.-]+):(?!\/\/)([^\s]+)$/.exec(text)
  if (scp !== null && !text.includes('://') && !text.includes('::'))
    return `ssh://${scp[1]}/${scp[2]?.replace(/^\/+/, '')}`
  if (!/^(?:https?|ssh|git):\/\//i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  for (const part of ['username', 'password', 'search', 'hash'] as const) url[part] = ''
  return url.href
}
