import type { Client, Job, LogLine, StreamEvent } from '@modelsmith/api'
import { cliError } from '../errors.ts'
import type { Terminal } from '../terminal.ts'

const ended = new Set(['succeeded', 'failed', 'cancelled'])

/** Follows a job to its end: prints of the code as they come, progress on one line, an error when it failed. */
export const followJob = async (client: Client, job: Job, terminal: Terminal): Promise<Job> => {
  let current = job
  let shown = ''
  const progress = (text: string) => {
    if (text === shown) return
    shown = text
    terminal.err(terminal.interactive ? `\r\u001b[K${text}` : `${text}\n`)
  }
  const stop = new AbortController()
  // A stream that breaks is taken up again behind the last line that was shown.
  let lastLine = 0
  const onEvent = ({ event, data }: StreamEvent) => {
    if (event === 'log') {
      const { node, text, sequence } = data as LogLine
      if (sequence <= lastLine) return
      lastLine = sequence
      terminal.err(`${terminal.interactive ? '\r\u001b[K' : ''}${node === null ? '' : `[${node}] `}${text}\n`)
    } else if (event === 'job') {
      current = data as Job
      const { fraction, step } = current.progress
      const { position } = current
      const words = position === null ? step : `waits, ${position === 1 ? 'next' : `${position - 1} before it`}`
      progress(`${current.title}: ${fraction === null ? '' : `${Math.round(fraction * 100)} % `}${words}`)
      if (ended.has(current.state)) stop.abort()
    }
  }
  while (!ended.has(current.state)) {
    await client
      .stream('streamJob', { params: { id: job.id }, signal: stop.signal, lastEventId: String(lastLine), onEvent })
      .catch((error: unknown) => {
        // Nobody answered: the next call says so, unless the server is back by then.
        if (error instanceof Error && error.name === 'ApiError') throw error
      })
    current = await client.call('getJob', { params: { id: job.id } })
  }
  if (terminal.interactive && shown !== '') terminal.err('\n')
  if (current.state === 'succeeded') return current
  const problem = current.error?.message ?? `it was ${current.state}`
  throw cliError('cli.jobFailed', { title: current.title, problem }, { findings: current.error?.findings ?? [] })
}
