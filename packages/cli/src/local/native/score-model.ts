import { resolve } from 'node:path'
import { type Asked, methodWords, type MethodName } from '@modelsmith/scoring'
import { cliError } from '../../errors.ts'
import { outputFormatOf, tableFormatOfFile } from '../../files.ts'
import { terminal } from '../../terminal.ts'
import { openApart } from './open.ts'
import { scoreCsv } from './score-file.ts'

export type ModelFlags = {
  readonly model: string
  readonly input: string
  readonly output: string | undefined
  readonly method: string | undefined
  readonly keep: readonly string[]
  readonly columns: readonly string[]
  readonly threads: string | undefined
  readonly json: boolean
}

/** Scores a file natively with a model file. */
export const scoreModel = async (flags: ModelFlags): Promise<void> => {
  const started = performance.now()
  const asked = methodOf(flags.method)
  const threads = threadsOf(flags.threads)
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  const progress = progressLine()
  try {
    const opened = await openApart(resolve(flags.model), stop.signal)
    const { input, output, keep, columns } = flags
    const isCsv = tableFormatOfFile(input) === 'csv' && outputFormatOf(output) === 'csv'
    const scoreFile = isCsv ? scoreCsv : (await import('./score-tables.ts')).scoreTables
    const done = await scoreFile(opened, {
      input,
      output,
      keep,
      columns,
      asked,
      threads,
      signal: stop.signal,
      onProgress: progress.show,
    })
    progress.clear()
    if (output === undefined) return
    const seconds = (performance.now() - started) / 1000
    const { library, version, className } = opened
    const verdict = {
      rows: done.rows,
      seconds,
      output,
      model: { library, version, class: className },
      method: asked === 'prediction' ? asked : methodWords[asked],
      columns: done.columns,
      threads: done.threads,
    }
    terminal.out(
      flags.json
        ? `${JSON.stringify(verdict, null, 2)}\n`
        : `${done.rows.toLocaleString('en')} rows scored in ${seconds.toFixed(1)} s; the predictions are in ${output}\n`,
    )
  } finally {
    progress.clear()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
  }
}

const methodOf = (word: string | undefined): Asked => {
  if (word === undefined) return 'prediction'
  const found = (Object.keys(methodWords) as MethodName[]).find((name) => methodWords[name] === word)
  if (found !== undefined) return found
  throw cliError('cli.usage', {
    problem: `--method ${word}: expected one of ${Object.values(methodWords).join(', ')}.`,
  })
}

const threadsOf = (word: string | undefined): number | undefined => {
  if (word === undefined) return undefined
  const count = Number(word)
  if (Number.isInteger(count) && count > 0 && count <= 1024) return count
  throw cliError('cli.usage', { problem: `--threads ${word}: expected a number from 1.` })
}

const progressEveryMs = 200

/** One line that is written over, for who watches. */
const progressLine = () => {
  let last = 0
  let isShown = false
  return {
    show: (fraction: number, rows: number): void => {
      if (!terminal.interactive || performance.now() - last < progressEveryMs) return
      last = performance.now()
      isShown = true
      terminal.err(`\r${Math.round(fraction * 100)} %, ${rows.toLocaleString('en')} rows\u001b[K`)
    },
    clear: (): void => {
      if (isShown) terminal.err('\r\u001b[K')
      isShown = false
    },
  }
}
