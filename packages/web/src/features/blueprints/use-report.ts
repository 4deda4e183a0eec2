import type { Project, TaskVersion } from '@modelsmith/api'
import {
  type BlueprintGraph,
  type BlueprintReport,
  checkBlueprint,
  type FeatureColumn,
  type TaskDescription,
} from '@modelsmith/domain'
import { useCall } from '../../app/client.ts'
import type { Tasks } from './use-tasks.ts'

/** What is wrong with a graph and what flows where: the server's own check, made here at every change. */
export const useReport = (graph: BlueprintGraph, tasks: Tasks, project?: Project): BlueprintReport | undefined => {
  const columns = useColumns(project)
  if (!tasks.ready) return undefined
  const taskOf = (id: string) => {
    const task = tasks.byId.get(id)
    return task === undefined ? undefined : describe(task)
  }
  return checkBlueprint(graph, { taskOf, columns, targetType: project?.targetType })
}

const describe = ({ taskName, ...task }: TaskVersion): TaskDescription => ({ ...task, name: taskName })

/** The project's features, and whether they have missing values; that is the profile's to say. */
const useColumns = (project: Project | undefined): FeatureColumn[] | undefined => {
  const profile = useCall(
    'getDatasetProfile',
    { params: { id: project?.datasetVersionId ?? '' } },
    { enabled: project !== undefined },
  )
  if (project === undefined || profile.isPending) return undefined
  const incomplete = new Set(profile.data?.columns.filter(({ missing }) => missing > 0).map(({ name }) => name))
  const features = new Set(project.features)
  return project.columns
    .filter(({ name }) => features.has(name))
    .map((column) => ({ ...column, missing: incomplete.has(column.name) }))
}
