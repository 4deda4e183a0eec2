import { openPipeline, type Pipeline, type PipelineSpec } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import { environmentFor } from '../environments/index.ts'
import type { JobPorts } from '../jobs/index.ts'
import { sessionLimits } from './limits.ts'
import type { TrainingSupplies } from './train-job.ts'

/** Opens the folder of a model in sessions that print to the log of a job; environments that are not here yet are made ready. */
export const openFolder = (
  context: Context,
  { runner }: TrainingSupplies,
  folder: string,
  { signal, log }: Pick<JobPorts, 'signal' | 'log'>,
  secretsOf: PipelineSpec['secretsOf'] = () => undefined,
): Promise<Pipeline> =>
  openPipeline(runner, {
    folder,
    environmentOf: (name, lock) =>
      environmentFor(
        context,
        { name, lock },
        { signal, onLine: (text) => log.add({ source: 'stdout', node: null, text }) },
      ),
    limits: sessionLimits(context.settings),
    secretsOf,
    onPrint: ({ stream, text }) => log.add({ source: stream, node: null, text }),
  })
