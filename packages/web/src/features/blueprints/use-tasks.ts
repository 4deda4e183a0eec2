import type { TaskVersion } from '@modelsmith/api'
import { type BlueprintGraph, isFunction } from '@modelsmith/domain'
import { useQueries } from '@tanstack/react-query'
import { client, useCall } from '../../app/client.ts'

export type Tasks = {
  /** What the palette offers: the library, and the latest version of every custom task. */
  readonly available: readonly TaskVersion[]
  /** Those, and older ones that the graph still uses. */
  readonly byId: ReadonlyMap<string, TaskVersion>
  /** Whether all that can be known of the graph's tasks is here. */
  readonly ready: boolean
  /** Whether the caller may see and take away the task at a node of the graph, and with it what it wrote. */
  readonly isOpen: (node: string) => boolean
  readonly error: unknown
}

/** The tasks that a graph uses or may use. */
export const useTasks = (graph: BlueprintGraph): Tasks => {
  const list = useCall('listTaskVersionsAvailable')
  const available = (list.data?.items ?? []).filter((task) => !isFunction(task))
  const known = new Set(available.map(({ id }) => id))
  const older =
    list.data === undefined
      ? []
      : [...new Set(graph.nodes.map(({ taskVersion }) => taskVersion))].filter((id) => !known.has(id))
  const found = useQueries({
    queries: older.map((id) => ({
      queryKey: ['getTaskVersion', { params: { id } }],
      queryFn: () => client.call('getTaskVersion', { params: { id } }),
      retry: false,
    })),
  })
  const all = [...available, ...found.flatMap(({ data }) => (data === undefined ? [] : [data]))]
  const byId = new Map(all.map((task) => [task.id, task]))
  const versionAt = new Map(graph.nodes.map(({ id, taskVersion }) => [id, taskVersion]))
  return {
    available,
    byId,
    isOpen: (node) => byId.get(versionAt.get(node) ?? '')?.access === 'full',
    ready: list.data !== undefined && found.every(({ isPending }) => !isPending),
    error: list.error,
  }
}
