import type { Client, Job, LogLine } from '@modelsmith/api'
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
  while (!ended.has(current.state)) {
    await client.stream('streamJob', {
      params: { id: job.id },
      signal: stop.signal,
      onEvent: ({ event, data }) => {
        if (event === 'log') {
          const { node, text } = data as LogLine
          terminal.err(`${terminal.interactive ? '\r\u001b[K' : ''}${node === null ? '' : `[${node}] `}${text}\n`)
        } else if (event === 'job') {
          current = data as Job
          const { fraction, step } = current.progress
          progress(`${current.title}: ${fraction === null ? '' : `${Math.round(fraction * 100)} % `}${step}`)
          if (ended.has(current.state)) stop.abort()
        }
      },
    })
    current = await client.call('getJob', { params: { id: job.id } })
  }
  if (terminal.interactive && shown !== '') terminal.err('\n')
  if (current.state === 'succeeded') return current
  const problem = current.error?.message ?? `it was ${current.state}`
  throw cliError('cli.jobFailed', { title: current.title, problem }, { findings: current.error?.findings ?? [] })
}
