import type { TrainingRun } from '@modelsmith/api'

type Steps = TrainingRun['steps']
type Rows = { readonly training: number; readonly holdout: number }

/** What the steps of one node took in a training, all parts together. */
type NodeCost = {
  readonly node: string
  readonly taskName: string
  /** Of steps that were run; null where none was. */
  readonly fitMs: number | null
  readonly applyMs: number | null
  readonly peakMemoryMb: number | null
  readonly steps: number
  /** Steps whose result was known from before. */
  readonly reused: number
}

export const nodeCosts = (steps: Steps): readonly NodeCost[] =>
  [...Map.groupBy(steps, ({ node }) => node)].map(([node, own]) => {
    const times = (isFit: boolean) =>
      own.flatMap(({ hook, wallMs }) => ((hook === 'fit') === isFit && wallMs !== null ? [wallMs] : []))
    const memory = own.flatMap(({ peakMemoryMb }) => (peakMemoryMb === null ? [] : [peakMemoryMb]))
    return {
      node,
      taskName: own[0]?.taskName ?? node,
      fitMs: sum(times(true)),
      applyMs: sum(times(false)),
      peakMemoryMb: memory.length === 0 ? null : Math.max(...memory),
      steps: own.length,
      reused: own.filter(({ state }) => state === 'reused').length,
    }
  })

const sum = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0)

/**
 * Milliseconds in which the steps of a training predicted a thousand rows, measured in the parts in which none of them was known
 * from before: folds, and the holdout. Undefined where there is no such part.
 */
export const msPerThousandRows = (steps: Steps, folds: number, rows: Rows): number | undefined => {
  const parts = [
    ...Map.groupBy(
      steps.filter(({ hook }) => hook !== 'fit'),
      ({ part }) => part,
    ),
  ]
  const measured = parts.flatMap(([part, own]) => {
    const ms = own.every(({ state, wallMs }) => state === 'done' && wallMs !== null)
      ? sum(own.map(({ wallMs }) => wallMs ?? 0))
      : null
    const count = part.startsWith('fold ') ? rows.training / folds : rows.holdout
    return ms === null || count === 0 ? [] : [{ ms, count }]
  })
  const count = measured.reduce((total, each) => total + each.count, 0)
  return count === 0 ? undefined : (measured.reduce((total, { ms }) => total + ms, 0) / count) * 1000
}
