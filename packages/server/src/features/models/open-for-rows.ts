import type { Context } from '../../infra/context.ts'
import { takeFolder } from '../../infra/objects/step-cache.ts'
import { type OpenedForFile, openRelease } from '../hosting/index.ts'
import { jobError, type JobPorts } from '../jobs/index.ts'
import { openFolder, type TrainingSupplies } from '../training/index.ts'
import { predictionSecrets } from './secrets.ts'
import { findModel, type ModelRow } from './store.ts'

/** A trained model, or a release of a registered one. */
export type Predicted = { readonly model: string } | { readonly release: string }

const batchRows = 20_000

/** Opens what is asked for tables of rows; without credentials as a deployment does, whose code no credential reaches. */
export const openForRows = async (
  context: Context,
  supplies: TrainingSupplies,
  predicted: Predicted,
  folder: string,
  ports: Pick<JobPorts, 'job' | 'signal' | 'log'>,
  { credentials }: { readonly credentials: boolean },
): Promise<OpenedForFile> => {
  if ('release' in predicted) return openRelease(context, supplies, predicted.release, folder, ports)
  if (!supplies.sandboxed) throw jobError('job.sandbox', {})
  const model = (await findModel(context.database, predicted.model)) as ModelRow
  const { files, manifest } = model
  await takeFolder(context.objects, files, folder)
  const secretsOf = credentials ? await predictionSecrets(context, model, ports.job.organisation_id) : undefined
  const { predict, close } = await openFolder(context, supplies, folder, ports, secretsOf)
  return { inputs: manifest.inputs, outcome: manifest, batchRows, predict, close }
}
