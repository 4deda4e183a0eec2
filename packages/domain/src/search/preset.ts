import type { TaskDescription } from '../blueprint/check.ts'
import { topologicalOrder, upstreamOf } from '../blueprint/order.ts'
import type { BlueprintGraph } from '../blueprint/schema.ts'
import type { Hyperparameter, ParameterValues } from '../contract/schema.ts'
import type { SearchDimension } from './schema.ts'

type Value = ParameterValues[string]
type Ranged = { readonly low: number; readonly high: number; readonly log?: boolean }

/** A parameter that a search can change, and how one would begin. */
export type Searchable = {
  readonly node: string
  readonly task: string
  readonly parameter: Hyperparameter
  /** What the blueprint has. */
  readonly current: Value
  /** Nothing where only a person knows what is worth trying. */
  readonly preset: SearchDimension | undefined
  /** Whether a search tries it where nobody says what to try. */
  readonly suggested: boolean
}

/** The parameters of all nodes, those of the last first. */
export const searchableParameters = (
  graph: BlueprintGraph,
  taskOf: (taskVersion: string) => TaskDescription | undefined,
): Searchable[] => {
  const read = new Set([...upstreamOf(graph).values()].flat())
  return topologicalOrder(graph)
    .toReversed()
    .flatMap((id) => {
      const node = graph.nodes.find((each) => each.id === id)
      const task = taskOf(node?.taskVersion ?? '')
      const declared = task?.hyperparameters ?? []
      const hasOwn = declared.some((each) => 'search' in each && each.search !== undefined)
      return declared.map((parameter): Searchable => {
        const current = node?.parameters?.[parameter.name] ?? parameter.default ?? null
        const found = presetOf(parameter, current)
        const named = 'search' in parameter && parameter.search !== undefined
        return {
          node: id,
          task: task?.name ?? '',
          parameter,
          current,
          preset: found === undefined ? undefined : { node: id, parameter: parameter.name, ...found },
          suggested: found !== undefined && !read.has(id) && (hasOwn ? named : parameter.advanced !== true),
        }
      })
    })
}

/** What is worth trying of a parameter: what its author says, all values where they are few, or a factor of ten around the current one. */
export const presetOf = (
  parameter: Hyperparameter,
  current: Value,
): Ranged | { values: (string | number | boolean)[] } | undefined => {
  switch (parameter.type) {
    case 'boolean':
      return { values: [false, true] }
    case 'select':
      return parameter.values.length < 2 ? undefined : { values: [...parameter.values] }
    case 'string':
      return undefined
    case 'multi': {
      const { int, float, select } = parameter.values
      if (typeof current === 'number' || select === undefined || select.values.length < 2) {
        const limits = float ?? int
        return limits === undefined ? undefined : rangeOf(limits, current, float === undefined)
      }
      return { values: [...select.values] }
    }
    case 'int':
    case 'float':
      return parameter.search ?? rangeOf(parameter, current, parameter.type === 'int')
  }
}

/** From here on a range is tried by factors. */
const wide = 100

const rangeOf = (
  { min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number },
  current: Value,
  isWhole: boolean,
): Ranged | undefined => {
  const isNarrow = Number.isFinite(max - min) && max > min && (min > 0 ? max / min < wide : max - min <= 1)
  if (isNarrow) return { low: min, high: max }
  if (typeof current !== 'number' || current <= 0) return undefined
  const low = Math.max(min, isWhole ? Math.max(1, Math.floor(current / 10)) : current / 10)
  const high = Math.min(max, current * 10)
  return low < high ? { low, high, log: true } : undefined
}
