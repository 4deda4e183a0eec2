import { type EstimatorType, isFunctionType, type TargetType, type TaskType } from '../contract/schema.ts'
import type { AlgorithmDefinition } from './algorithm.ts'

type Output = AlgorithmDefinition['outputs'][number]

/** How code answers a row: the hook that its target type calls, and the classes in the order of the outputs. */
export type CodedAnswer = {
  readonly targetType: TargetType
  readonly classes: readonly string[]
  readonly answer: 'number' | 'labelWithProbabilities' | 'outputs'
}

const prefix = 'probability_'

/** The classes that outputs name: `prediction`, a text, and a number `probability_<class>` for each; undefined where they are others. */
const classesIn = (outputs: readonly Output[]): readonly string[] | undefined => {
  const [first, ...others] = outputs
  const isLabelled = first?.name === 'prediction' && first.type === 'text' && others.length >= 2
  return isLabelled && others.every(({ name, type }) => name.startsWith(prefix) && type === 'number')
    ? others.map(({ name }) => name.slice(prefix.length))
    : undefined
}

const isOneNumber = ([first, ...others]: readonly Output[]): boolean =>
  first?.name === 'prediction' && first.type === 'number' && others.length === 0

const estimates = (targetType: EstimatorType, outputs: readonly Output[]): CodedAnswer | undefined => {
  if (targetType === 'regression' || targetType === 'anomaly')
    return isOneNumber(outputs) ? { targetType, classes: [], answer: 'number' } : undefined
  const classes = classesIn(outputs)
  if (classes === undefined || (targetType === 'binary' && classes.length !== 2)) return undefined
  return { targetType, classes, answer: 'labelWithProbabilities' }
}

/**
 * How code of these target types gives the outputs that an algorithm declares: by the first type that can. A transform gives any columns by
 * their names. Undefined where none gives them.
 */
export const codedAnswer = (outputs: readonly Output[], targetTypes: readonly TaskType[]): CodedAnswer | undefined => {
  for (const targetType of targetTypes) {
    if (isFunctionType(targetType)) continue
    const answer: CodedAnswer | undefined =
      targetType === 'transform' ? { targetType, classes: [], answer: 'outputs' } : estimates(targetType, outputs)
    if (answer !== undefined) return answer
  }
  return undefined
}
