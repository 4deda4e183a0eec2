import { spawn } from 'node:child_process'
import { devNull } from 'node:os'

/** Whom git runs as; undefined: as this process. */
type User = { readonly uid: number; readonly gid: number }

export type GitRun = {
  /** The only folder that it may know of: repository and home. */
  readonly folder: string
  readonly user: User | undefined
  readonly proxy: string
  readonly signal: AbortSignal
}

type Options = {
  readonly input?: string
  /** Of standard output; more ends it. */
  readonly mostBytes: number
  readonly onProgress?: (line: string) => void
}

export type GitAnswer = {
  readonly code: number | null
  readonly output: Buffer
  readonly errors: string
  readonly tooMuch: boolean
}

// What a repository, this machine or its user may have configured does not count; what could run a program or reach another
// address is off. Nothing is ever checked out: no hook, filter, attribute, submodule or link of the repository is looked at.
const settings: Readonly<Record<string, string>> = {
  'protocol.allow': 'never',
  'protocol.http.allow': 'always',
  'protocol.https.allow': 'always',
  'http.followRedirects': 'initial',
  'http.proxyAuthMethod': 'basic',
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '60',
  'credential.helper': '',
  'core.askPass': '',
  'core.hooksPath': devNull,
  'core.fsmonitor': 'false',
  'core.bigFileThreshold': '8m',
  'core.packedGitLimit': '256m',
  'core.packedGitWindowSize': '16m',
  'fetch.recurseSubmodules': 'false',
  'fetch.writeCommitGraph': 'false',
  'fetch.unpackLimit': '1',
  'submodule.recurse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'pack.threads': '1',
}

/** Of address space, in KiB: an object made to fill the memory fails instead. */
const mostMemory = 4 * 2 ** 20

/** Runs one git command on the repository of an import. */
export const git = (
  { folder, user, proxy, signal }: GitRun,
  args: readonly string[],
  { input = '', mostBytes, onProgress = () => {} }: Options,
): Promise<GitAnswer> =>
  new Promise((resolve, reject) => {
    const fixed = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn('sh', ['-c', `ulimit -v ${mostMemory}; exec git "$@"`, 'sh', ...fixed, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        LC_ALL: 'C',
        HOME: folder,
        XDG_CONFIG_HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: devNull,
        GIT_TERMINAL_PROMPT: '0',
        GIT_PROTOCOL_FROM_USER: '0',
        GIT_ASKPASS: 'false',
        GIT_DIR: folder,
        http_proxy: proxy,
        https_proxy: proxy,
      },
      // A group of its own: the helper that speaks HTTP ends with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...user,
    })
    const parts: Buffer[] = []
    let bytes = 0
    let errors = ''
    let tooMuch = false
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended already.
      }
    }
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length
      tooMuch ||= bytes > mostBytes
      if (tooMuch) end()
      else parts.push(part)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split(/[\r\n]+/)) if (line.trim() !== '') onProgress(line)
      errors = (errors + text).slice(-8000)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : new Error('Stopped'))
      else resolve({ code, output: Buffer.concat(parts), errors, tooMuch })
    })
  })
