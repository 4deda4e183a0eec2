import { computeMetrics, defaultMetric, type Scores, type TargetType } from '@modelsmith/domain'
import type { StepReport } from '@modelsmith/engine'
import type { StepTimings } from '@modelsmith/runner'
import type { Finding, Table } from '@modelsmith/table'
import { listFindings } from '../explain.ts'
import { terminal } from '../terminal.ts'
import type { Probes } from './probe.ts'
import type { LocalTarget } from './target.ts'

/** What a fit on this machine showed. It exists only when the contract was kept. */
export type Verdict = {
  readonly task: string
  readonly targetType: TargetType
  readonly environment: string
  readonly rows: number
  readonly columns: number
  readonly seconds: number
  readonly steps: readonly (Pick<StepReport, 'hook' | 'part'> & StepTimings)[]
  /** Metrics on rows that a first fit did not see. */
  readonly validation: { readonly rows: number; readonly metric: string; readonly scores: Scores } | null
  /** Rows that the fitted task scored in a session that had only its files. */
  readonly scoredAfresh: number | null
  /** What else that session was asked, and where it did not hold. */
  readonly probes: Probes | null
  readonly artifacts: readonly string[]
  readonly output: string | null
  readonly warnings: readonly Finding[]
}

/** Metrics of the validation rows; null where there were none. */
export const measure = (
  predictions: Table | undefined,
  { validation, actual }: LocalTarget,
  targetType: TargetType,
): Verdict['validation'] => {
  if (predictions === undefined || validation === undefined) return null
  if (targetType === 'transform' || targetType === 'anomaly') return null
  const { scores } = computeMetrics({
    targetType,
    actual: Float64Array.from(validation.predictRows, (row) => actual[row] as number),
    predicted: predictions.columns.map((column) =>
      column.kind === 'float64' ? column.values : new Float64Array(predictions.rows),
    ),
  })
  return { rows: predictions.rows, metric: defaultMetric(targetType), scores }
}

const count = (number: number): string => number.toLocaleString('en')
const shown = (value: number | null | undefined): string => (typeof value === 'number' ? value.toPrecision(4) : 'none')

const wordsOfProbes = ({ again, alone, missing, unseen, tried }: Probes): [string, string][] => {
  const held = (broken: number) => (broken === 0 ? 'held' : 'did not hold, see the warnings')
  const columns = (number: number) => `${count(number)} ${number === 1 ? 'column' : 'columns'} in turn`
  return [
    ['', `the same ${count(tried.again)} rows once more: ${held(again.length)}`],
    ['', `${count(tried.alone)} of them one by one: ${held(alone.length)}`],
    ...(tried.missing === 0
      ? []
      : [['', `without the values of ${columns(tried.missing)}: ${held(missing.length)}`] as [string, string]]),
    ...(tried.unseen === 0
      ? []
      : [['', `an unseen category in ${columns(tried.unseen)}: ${held(unseen.length)}`] as [string, string]]),
  ]
}

/** The verdict, for people or as JSON. */
export const sayVerdict = (verdict: Verdict, json: boolean): void =>
  terminal.out(json ? `${JSON.stringify(verdict, null, 2)}\n` : wordsOfVerdict(verdict))

const wordsOfVerdict = (verdict: Verdict): string => {
  const { validation, steps, warnings } = verdict
  const hooks = [...new Set(steps.map(({ hook }) => hook))]
  const secondsOf = (name: string) =>
    steps.filter(({ hook }) => hook === name).reduce((sum, { wallMs }) => sum + wallMs / 1000, 0)
  const lines: [string, string][] = [
    ['rows', `${count(verdict.rows)}, ${count(verdict.columns)} columns`],
    ['hooks', hooks.map((hook) => `${hook} ${secondsOf(hook).toFixed(2)} s`).join(', ')],
    ['memory', `${count(Math.max(0, ...steps.map(({ peakMemoryMb }) => Math.round(peakMemoryMb))))} MB at most`],
    ['seconds', `${verdict.seconds.toFixed(1)} in all`],
  ]
  if (verdict.scoredAfresh !== null) {
    lines.push(['scoring', `${count(verdict.scoredAfresh)} rows in a fresh session, as the contract asks`])
  }
  if (verdict.probes !== null) lines.push(...wordsOfProbes(verdict.probes))
  if (validation !== null) {
    const others = Object.entries(validation.scores).filter(([name]) => name !== validation.metric)
    lines.push(
      [
        'validation',
        `${validation.metric} ${shown(validation.scores[validation.metric])} on ${count(validation.rows)} rows that fit did not see`,
      ],
      ['', others.map(([name, value]) => `${name} ${shown(value)}`).join(', ')],
    )
  }
  lines.push(['artifacts', verdict.artifacts.join(', ')])
  lines.push(['kept in', verdict.output ?? 'nothing was kept (--output FOLDER keeps it)'])
  const width = Math.max(...lines.map(([name]) => name.length))
  const body = lines.map(([name, words]) => `  ${name.padEnd(width)}  ${words}\n`).join('')
  const warned = warnings.length === 0 ? '' : `Warnings:\n${listFindings(warnings)}`
  return `${verdict.task} (${verdict.targetType}) keeps the task contract.\n${body}${warned}`
}
