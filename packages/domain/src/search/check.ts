import type { Finding } from '@modelsmith/table'
import type { TaskDescription } from '../blueprint/check.ts'
import type { BlueprintGraph } from '../blueprint/schema.ts'
import { allows, wordsOfParameter } from '../contract/parameters.ts'
import type { Hyperparameter } from '../contract/schema.ts'
import { finding } from '../errors.ts'
import { nearest } from '../nearest.ts'
import {
  isRange,
  type SearchBudget,
  type SearchChoice,
  type SearchDimension,
  type SearchRange,
  searchLimits,
} from './schema.ts'

type Searched = {
  readonly graph: BlueprintGraph
  readonly taskOf: (taskVersion: string) => TaskDescription | undefined
}

/** All that is wrong with what a search is to try, each with its place in the request. */
export const checkSearch = (
  space: readonly SearchDimension[],
  budget: SearchBudget,
  { graph, taskOf }: Searched,
): Finding[] => [
  ...checkSize(space, { graph, taskOf }),
  ...space.flatMap((dimension, index) => checkDimension(dimension, index, space, { graph, taskOf })),
  ...checkBudget(budget),
]

/** All that is wrong with when a search is to end. */
export const checkBudget = ({ trials, minutes }: SearchBudget): Finding[] => [
  ...(trials === undefined && minutes === undefined ? [finding('search.noBudget', {}, at('/trials'))] : []),
  ...(trials === undefined || (trials >= 1 && trials <= searchLimits.trials)
    ? []
    : [finding('search.trials', { trials, most: searchLimits.trials }, at('/trials'))]),
  ...(minutes === undefined || (minutes > 0 && minutes <= searchLimits.minutes)
    ? []
    : [finding('search.minutes', { minutes, most: searchLimits.minutes }, at('/minutes'))]),
]

const at = (pointer: string) => ({ place: { pointer } })

const checkSize = (space: readonly SearchDimension[], { graph, taskOf }: Searched): Finding[] => {
  if (space.length > searchLimits.dimensions)
    return [finding('search.dimensions', { count: space.length, most: searchLimits.dimensions }, at('/space'))]
  if (space.length > 0) return []
  const tasks = graph.nodes.flatMap(({ taskVersion }) => taskOf(taskVersion) ?? [])
  const some = tasks.some(({ hyperparameters }) => hyperparameters.length > 0)
  return [
    some
      ? finding('search.empty', {}, at('/space'))
      : finding('search.noParameters', { tasks: tasks.map(({ name }) => name) }, at('/space')),
  ]
}

const checkDimension = (
  dimension: SearchDimension,
  index: number,
  space: readonly SearchDimension[],
  { graph, taskOf }: Searched,
): Finding[] => {
  const { node, parameter: name } = dimension
  const pointer = `/space/${index}`
  const found = graph.nodes.find(({ id }) => id === node)
  if (found === undefined)
    return [finding('search.unknownNode', { node, known: graph.nodes.map(({ id }) => id) }, at(`${pointer}/node`))]
  const task = taskOf(found.taskVersion)
  // A task that is not known is told of where the blueprint is checked.
  if (task === undefined) return []
  const parameter = task.hyperparameters.find((each) => each.name === name)
  if (parameter === undefined) {
    const known = task.hyperparameters.map((each) => each.name)
    const near = nearest(name, known)
    return [finding('search.unknownParameter', { node, parameter: name, known, near }, at(`${pointer}/parameter`))]
  }
  const first = space.findIndex((each) => each.node === node && each.parameter === name)
  return [
    ...(first < index ? [finding('search.twice', { node, parameter: name }, at(pointer))] : []),
    ...(isRange(dimension) ? checkRange(dimension, parameter, pointer) : checkChoice(dimension, parameter, pointer)),
  ]
}

/** Whether a range is of whole numbers or of any, by what the parameter allows; undefined where it takes neither. */
export const numbersOf = (
  parameter: Hyperparameter,
  { low, high }: Pick<SearchRange, 'low' | 'high'>,
): 'int' | 'float' | undefined => {
  if (parameter.type === 'int' || parameter.type === 'float') return parameter.type
  if (parameter.type !== 'multi') return undefined
  const { int, float } = parameter.values
  if (float === undefined) return int === undefined ? undefined : 'int'
  const isWhole = int !== undefined && Number.isInteger(low) && Number.isInteger(high)
  return isWhole && low >= int.min && high <= int.max ? 'int' : 'float'
}

const checkRange = (range: SearchRange, parameter: Hyperparameter, pointer: string): Finding[] => {
  const { node, low, high, log } = range
  const of = { node, parameter: parameter.name }
  const numbers = numbersOf(parameter, range)
  const expected = wordsOfParameter(parameter)
  if (numbers === undefined) return [finding('search.notNumbers', { ...of, expected }, at(pointer))]
  const outside = (
    [
      ['low', low],
      ['high', high],
    ] as const
  ).filter(([, value]) => !allows(parameter, value))
  return [
    ...(low < high ? [] : [finding('search.range', { ...of, low, high }, at(`${pointer}/high`))]),
    ...(log === true && low <= 0 ? [finding('search.log', { ...of, low }, at(`${pointer}/low`))] : []),
    ...outside.map(([end, value]) =>
      finding('search.outside', { ...of, value: String(value), expected }, at(`${pointer}/${end}`)),
    ),
  ]
}

const checkChoice = (choice: SearchChoice, parameter: Hyperparameter, pointer: string): Finding[] => {
  const { node, values } = choice
  const of = { node, parameter: parameter.name }
  const expected = wordsOfParameter(parameter)
  const different = new Set(values).size
  return [
    ...(different >= 2 && different === values.length && different <= searchLimits.values
      ? []
      : [finding('search.values', { ...of, different, most: searchLimits.values }, at(`${pointer}/values`))]),
    ...values.flatMap((value, index) =>
      allows(parameter, value)
        ? []
        : [
            finding(
              'search.outside',
              { ...of, value: JSON.stringify(value), expected },
              at(`${pointer}/values/${index}`),
            ),
          ],
    ),
  ]
}
