import { join } from 'node:path'
import { sampleTraining } from '@modelsmith/domain'
import { type EngineTask, prepareTasks, type TrainingSpec } from '@modelsmith/engine'
import type { Context } from '../../infra/context.ts'
import { placesOf } from '../../infra/settings.ts'
import { variablesFor } from '../credentials/index.ts'
import { environmentFor } from '../environments/index.ts'
import type { ProjectRow, RunRow } from '../projects/index.ts'
import { engineTasks } from '../tasks/index.ts'
import { sessionLimits } from './limits.ts'

type SpecPorts = { readonly signal: AbortSignal; readonly onLine: (text: string) => void }

/** What the engine needs to train a run, or a part of it again; environments that are not here yet are made ready. */
export const trainingSpecOf = async (
  context: Context,
  run: Pick<RunRow, 'graph' | 'features' | 'sample_size'> & Partial<Pick<RunRow, 'retrained_from'>>,
  project: ProjectRow,
  organisation: string,
  ports: SpecPorts,
): Promise<TrainingSpec> => {
  const { database, objects, settings } = context
  const ids = run.graph.nodes.map(({ taskVersion }) => taskVersion)
  const secrets = await variablesFor(context, database, organisation, ids, 'training')
  const { tasks, environments } = await prepareTasks(
    withSecrets(await engineTasks(context, ids, join(placesOf(settings).work, 'code'), organisation), secrets),
    (request) => environmentFor(context, request, ports),
  )
  const { buffer, byteOffset, length } = project.partition
  const partition = new Int8Array(buffer, byteOffset, length)
  return {
    data: {
      file: await objects.pathOf(project.blocks_key),
      contentId: project.content_id,
      rows: project.partition.length,
      columns: project.columns,
    },
    features: run.features ?? project.features,
    targetType: project.target_type,
    ...toldOf(project),
    ...(project.weights === null ? {} : { weights: project.weights }),
    partition,
    folds: project.partitioning.folds,
    method: project.partitioning.method,
    ...(run.sample_size < 1 ? { sample: sampleTraining(partition, run.sample_size, project.partitioning.seed) } : {}),
    onAllRows: (run.retrained_from ?? null) !== null,
    graph: run.graph,
    tasks,
    environments,
    limits: sessionLimits(settings),
    seed: project.partitioning.seed,
  }
}

/** What tasks are told of the target. Labels of anomalies are measured by: a task that saw them would learn them. */
export const toldOf = ({
  target,
  target_type,
  classes,
}: Pick<ProjectRow, 'target' | 'target_type' | 'classes'>): Pick<TrainingSpec, 'target' | 'classes'> =>
  target === null || target_type === 'anomaly' ? { classes: [] } : { target, classes }

const withSecrets = (
  tasks: ReadonlyMap<string, EngineTask>,
  secrets: Awaited<ReturnType<typeof variablesFor>>,
): Map<string, EngineTask> => new Map([...tasks].map(([id, task]) => [id, { ...task, secrets: secrets.get(id) }]))
