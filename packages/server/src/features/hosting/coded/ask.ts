import type { Application, HostedModel, PredictionAnswer, UsedAlgorithm } from '@modelsmith/api'
import type { AppliedTask, ParameterValues } from '@modelsmith/domain'
import { predictionParametersFor } from '@modelsmith/runner'
import { codedInputs, fieldColumns, readRequest } from '@modelsmith/serving'
import { type ColumnSchema, encodeBlocksWhole } from '@modelsmith/table'
import type { Context } from '../../../infra/context.ts'
import type { Queries } from '../../../infra/database/database.ts'
import type { Caller } from '../../../infra/http/handler.ts'
import { hold } from '../../../infra/objects/references.ts'
import { type JobEndings, queueJob, resultOf } from '../../jobs/index.ts'
import { findModel, type ModelRow } from '../../models/index.ts'
import { clear, type Masking } from '../../sensitive-columns/index.ts'
import { hostingError } from '../errors.ts'
import { outcomeOf } from '../outcome.ts'
import type { GivenRows } from '../rows.ts'
import type { StoredModelFile } from '../store.ts'
import type { AskedFile, AskedModel, AskPayload } from './ask-job.ts'

type Coded = UsedAlgorithm & { readonly code: NonNullable<UsedAlgorithm['code']> }
type Asked = {
  readonly experiment: { readonly id: string; readonly name: string }
  /** A file and the code that runs it, or the id of a model that was trained here. */
  readonly by: { readonly file: StoredModelFile; readonly custom: Coded } | { readonly trained: string }
  readonly model: HostedModel
  readonly application: Application
  readonly rows: GivenRows
  readonly parameters: ParameterValues
}

/** A first session may wait until its environment is installed. */
const patienceMs = 600_000

/** Asks a worker for answers: the server itself runs nobody's code. Whoever goes away stops the work. */
export const createAsk =
  (
    { database, objects }: Context,
    endings: () => JobEndings,
    masking: Pick<Masking, 'ofModel'>,
    timeoutMs = patienceMs,
  ) =>
  async (
    caller: Caller,
    { experiment, by, model, application, rows, parameters }: Asked,
    signal: AbortSignal,
  ): Promise<PredictionAnswer['predictions']> => {
    const { runs, nodes, columns, held } =
      'trained' in by ? await trainedBy(database, by.trained) : codedBy(by, application)
    predictionParametersFor(nodes, parameters)
    const fields = fieldColumns(application, columns)
    const [bytes, type] =
      'csv' in rows ? [rows.csv, 'text/csv'] : [Buffer.from(JSON.stringify({ rows: rows.rows })), 'application/json']
    const stored = await objects.putBytes(encodeBlocksWhole(readRequest(fields, bytes, type, undefined).rows))
    const payload: AskPayload = {
      ...runs,
      application,
      outputs: model.outputs,
      outcome: outcomeOf(model, application, true),
      rowsKey: stored.key,
      given: parameters,
    }
    const job = await database.transaction(async (queries) => {
      const id = await queueJob(queries, {
        kind: 'askModelFile',
        title: `Try rows of ${experiment.name}`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'experiment', id: experiment.id },
        payload,
      })
      await hold(queries, id, [stored, ...held])
      return id
    })
    const answered = await resultOf({ database, objects }, job, {
      endings: endings(),
      timeoutMs,
      signal,
      shown: async (error) => {
        // What a trained model says of rows may tell of those that it was trained on. Not everybody who may try rows may see the code.
        const sight = 'trained' in by ? await masking.ofModel(caller, by.trained) : clear
        const { traceback: _, ...told } = sight.error(error)
        return told
      },
    })
    if (answered === undefined) throw hostingError('experiment.notAnswered', { seconds: timeoutMs / 1000 })
    return JSON.parse(answered.toString('utf8')) as PredictionAnswer['predictions']
  }

type By = {
  readonly runs: AskedFile | AskedModel
  readonly nodes: readonly AppliedTask[]
  /** How cells of its inputs are read. */
  readonly columns: readonly ColumnSchema[]
  readonly held: readonly { readonly key: string }[]
}

const codedBy = (
  { file, custom: { code, definition } }: { readonly file: StoredModelFile; readonly custom: Coded },
  application: Application,
): By => {
  const { predictionParameters: parameters } = definition
  const nodes = [{ id: 'model', predictionParameters: parameters }]
  return { runs: { file, code, parameters }, nodes, columns: codedInputs(application), held: [{ key: file.key }] }
}

const trainedBy = async (queries: Queries, id: string): Promise<By> => {
  const { manifest, files } = (await findModel(queries, id)) as ModelRow
  return { runs: { trained: id }, nodes: manifest.nodes, columns: manifest.inputs, held: files }
}
