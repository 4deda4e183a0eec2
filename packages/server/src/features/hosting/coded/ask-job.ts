import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ParameterValues } from '@modelsmith/domain'
import type { Pipeline } from '@modelsmith/runner'
import { answerRows, codedModel, type Outcome } from '@modelsmith/serving'
import { decodeBlocks } from '@modelsmith/table'
import type { Application, HostedModel } from '@modelsmith/api'
import type { Context } from '../../../infra/context.ts'
import { hold } from '../../../infra/objects/references.ts'
import { placesOf } from '../../../infra/settings.ts'
import { jobError, type JobHandler, type JobPorts, whileOpen } from '../../jobs/index.ts'
import { withModel } from '../../models/index.ts'
import type { TrainingSupplies } from '../../training/index.ts'
import { servedModel } from '../trained/candidate.ts'
import { type CodedFile, openCoded } from './open.ts'

/** A file that code runs. */
export type AskedFile = Omit<CodedFile, 'application'>
/** The id of a model that was trained here. */
export type AskedModel = { readonly trained: string }

export type AskPayload = (AskedFile | AskedModel) & {
  readonly application: Application
  readonly outputs: HostedModel['outputs']
  readonly outcome: Outcome
  /** A column block file of the application's fields. */
  readonly rowsKey: string
  readonly given: ParameterValues
}

/** Answers rows by the code of an algorithm, or by a model that was trained here, in a session that ends with them; what came of it is a file of JSON. */
export const askJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { database, objects } = context
    const payload = ports.job.payload as AskPayload
    ports.progress(null, 'Loading the model')
    const answers = async (pipeline: Pipeline) => {
      ports.progress(null, 'Asking')
      const { application, outcome, outputs } = payload
      const rows = decodeBlocks(await readFile(await objects.pathOf(payload.rowsKey)))
      const columns = pipeline.manifest.inputs
      const model = codedModel(pipeline, application, { outcome, outputs, columns })
      return answerRows(await model.predict(rows, payload.given), outcome)
    }
    if (!supplies.sandboxed) throw jobError('job.sandbox', {})
    const answered =
      'trained' in payload
        ? await withModel(context, supplies, await servedModel(database, payload.trained), ports, answers)
        : await withCoded(context, supplies, payload, ports, answers)
    const stored = await objects.putBytes(Buffer.from(JSON.stringify(answered)))
    return {
      result: { rows: answered.length },
      resultKey: stored.key,
      keep: (queries) => hold(queries, ports.job.id, [stored]),
    }
  }

/** Opens a file with its code for as long as `use` takes. */
const withCoded = async <T>(
  context: Context,
  supplies: TrainingSupplies,
  file: AskedFile & Pick<AskPayload, 'application'>,
  ports: JobPorts,
  use: (pipeline: Pipeline) => Promise<T>,
): Promise<T> => {
  const folder = join(placesOf(context.settings).work, `ask-${randomUUID()}`)
  try {
    const pipeline = await openCoded(context, supplies, file, join(folder, 'model'), ports)
    return await whileOpen(pipeline, ports.signal, () => use(pipeline))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
