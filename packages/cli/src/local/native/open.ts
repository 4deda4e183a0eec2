import { fork } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { OpenedModel } from '@modelsmith/scoring'
import { ModelsmithError, type SerializedError } from '@modelsmith/table'
import { cliError } from '../../errors.ts'
import { cacheFolder } from '../../cache-folder.ts'

const heapMb = 4096
const longestMs = 120_000

type Answer = { readonly opened: OpenedModel } | { readonly error: SerializedError }

/** Reads a model file in a process of its own, as `inspect` does: a hostile one can at most end that process. */
export const openApart = async (path: string, signal: AbortSignal): Promise<OpenedModel> => {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw cliError('cli.file', { path, reason: error.code === 'ENOENT' ? 'there is no such file' : error.message })
  })
  if (!info.isFile()) throw cliError('cli.file', { path, reason: 'it is not a file' })
  const child = fork(fileURLToPath(new URL('./open.worker.ts', import.meta.url)), {
    execArgv: [`--max-old-space-size=${heapMb}`, '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder() },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  })
  const onAbort = () => child.kill('SIGKILL')
  signal.addEventListener('abort', onAbort)
  try {
    const answer = await new Promise<Answer>((settle, reject) => {
      child.once('message', (message) => settle(message as Answer))
      child.once('error', reject)
      child.once('exit', () =>
        reject(
          signal.aborted
            ? cliError('cli.cancelled', {})
            : cliError('cli.file', {
                path,
                reason: `reading it took more than ${heapMb} MB or ${longestMs / 1000} s`,
              }),
        ),
      )
      child.send(path)
    })
    if ('opened' in answer) return answer.opened
    const error = ModelsmithError.fromJSON(answer.error)
    if (error.kind !== 'unsupported') throw error
    throw cliError('cli.notNative', { path, problem: error.message }, { findings: error.findings, cause: error })
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
