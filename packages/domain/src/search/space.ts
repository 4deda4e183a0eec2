import type { TaskDescription } from '../blueprint/check.ts'
import type { BlueprintGraph } from '../blueprint/schema.ts'
import type { Hyperparameter, ParameterValues } from '../contract/schema.ts'
import { numbersOf } from './check.ts'
import { isRange, type SearchDimension, type SearchPoint } from './schema.ts'

/** A dimension as a sampler knows it; of several values it chooses the place of one. */
export type SampledDimension =
  | {
      readonly name: string
      readonly kind: 'int' | 'float'
      readonly low: number
      readonly high: number
      readonly log: boolean
    }
  | { readonly name: string; readonly kind: 'values'; readonly values: readonly (string | number | boolean)[] }

/** Numbers by the name of the dimension, as a sampler gives and takes them. */
export type SampledPoint = Readonly<Record<string, number>>

const nameOf = ({ node, parameter }: SearchDimension): string => `${node}.${parameter}`

/** What a sampler is asked to choose from, in the order of the space. */
export const sampledDimensions = (
  space: readonly SearchDimension[],
  graph: BlueprintGraph,
  taskOf: (taskVersion: string) => TaskDescription | undefined,
): SampledDimension[] =>
  space.map((dimension) => {
    const name = nameOf(dimension)
    if (!isRange(dimension)) return { name, kind: 'values', values: dimension.values }
    const { low, high, log = false } = dimension
    const parameter = declaredIn(dimension, graph, taskOf)
    return { name, kind: (parameter && numbersOf(parameter, dimension)) ?? 'float', low, high, log }
  })

const declaredIn = (
  { node, parameter }: SearchDimension,
  graph: BlueprintGraph,
  taskOf: (taskVersion: string) => TaskDescription | undefined,
): Hyperparameter | undefined =>
  taskOf(graph.nodes.find(({ id }) => id === node)?.taskVersion ?? '')?.hyperparameters.find(
    ({ name }) => name === parameter,
  )

/** A value for each dimension, by node and parameter. */
const pointBy = (
  space: readonly SearchDimension[],
  valueOf: (dimension: SearchDimension) => ParameterValues[string],
): SearchPoint => {
  const of = (node: string) =>
    space.filter((each) => each.node === node).map((each) => [each.parameter, valueOf(each)] as const)
  const nodes = new Set(space.map(({ node }) => node))
  return Object.fromEntries([...nodes].map((node) => [node, Object.fromEntries(of(node))]))
}

/** The values of parameters that a sampled point stands for. */
export const pointOf = (space: readonly SearchDimension[], sampled: SampledPoint): SearchPoint =>
  pointBy(space, (dimension) => {
    const number = sampled[nameOf(dimension)] as number
    return isRange(dimension) ? number : (dimension.values[number] ?? null)
  })

/** The inverse of `pointOf`; undefined where a value is not one of the space. */
export const sampledOf = (space: readonly SearchDimension[], point: SearchPoint): SampledPoint | undefined => {
  const entries = space.flatMap((dimension) => {
    const number = numberOf(dimension, point[dimension.node]?.[dimension.parameter])
    return number === undefined ? [] : [[nameOf(dimension), number] as const]
  })
  return entries.length === space.length ? Object.fromEntries(entries) : undefined
}

const numberOf = (dimension: SearchDimension, value: ParameterValues[string] | undefined): number | undefined => {
  if (isRange(dimension))
    return typeof value === 'number' && value >= dimension.low && value <= dimension.high ? value : undefined
  const place = dimension.values.findIndex((each) => each === value)
  return place < 0 ? undefined : place
}

/** What the blueprint has now, as a point; a search begins with it where its space holds it. */
export const currentPoint = (
  space: readonly SearchDimension[],
  graph: BlueprintGraph,
  taskOf: (taskVersion: string) => TaskDescription | undefined,
): SearchPoint =>
  pointBy(space, (dimension) => {
    const given = graph.nodes.find(({ id }) => id === dimension.node)?.parameters?.[dimension.parameter]
    return given ?? declaredIn(dimension, graph, taskOf)?.default ?? null
  })
