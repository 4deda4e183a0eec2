import type { RequestExplanation } from '@modelsmith/api'
import { askApart, fileOutputs, readingLimits } from '@modelsmith/serving'
import { type Cell, ModelsmithError, sliceRows } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { AskedRequest } from '../challengers/index.ts'
import type { JobPorts } from '../jobs/index.ts'
import { demandExplainable, type ExplainPayload, explainDefaults, explainRows, findModel } from '../models/index.ts'
import { findProject } from '../projects/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { requestError } from './errors.ts'
import { newestRows, rowsOf } from './newest-rows.ts'
import type { ReleaseRow } from './store.ts'

export type FoundExplanation = Pick<
  RequestExplanation,
  'problem' | 'features' | 'method' | 'whySampled' | 'background' | 'outputs'
>
type Explained = { readonly found: FoundExplanation; readonly keep: (queries: Queries) => Promise<void> }
type Asked = {
  readonly deployment: string
  readonly request: AskedRequest
  readonly row: number
  readonly release: ReleaseRow
}

/** What made the prediction of a row: exactly where the model is read natively and is of trees or linear, sampled for a trained model else. */
export const explainRow = async (
  context: Context,
  supplies: TrainingSupplies,
  asked: Asked,
  ports: JobPorts,
): Promise<Explained> => {
  const { release } = asked
  const trained = release.model_id ?? release.hosted?.trained?.modelId ?? null
  try {
    if (trained !== null) return await byTraining(context, supplies, { ...asked, trained }, ports)
    return { found: await byFile(context, asked, ports), keep: async () => {} }
  } catch (error) {
    ports.signal.throwIfAborted()
    if (!(error instanceof ModelsmithError) || error.kind === 'bug') throw error
    const none = { features: [], method: null, whySampled: null, background: null, outputs: [] }
    return { found: { ...none, problem: error.message }, keep: async () => {} }
  }
}

const byTraining = async (
  context: Context,
  supplies: TrainingSupplies,
  { request, row, release, trained }: Asked & { readonly trained: string },
  ports: JobPorts,
): Promise<Explained> => {
  const model = await findModel(context.database, trained)
  const project = model && (await findProject(context.database, model.project_id))
  if (model === undefined || project === undefined) throw new Error('A release of no model.')
  const [given = {}] = rowsOf(sliceRows(request.rows.inputs, row, row + 1))
  const application = release.hosted?.application
  const fields = new Map(application?.inputs.map(({ input, field }) => [input, field]))
  const value = (name: string): Cell => {
    const input = application?.inputs.find((each) => each.input === name)
    return input === undefined ? (given[name] ?? null) : (given[input.field ?? ''] ?? input.default)
  }
  const values = Object.fromEntries(model.manifest.inputs.map(({ name }) => [name, value(name)]))
  const payload: ExplainPayload = { model: model.id, ...explainDefaults, values: [values] }
  demandExplainable(payload, model, project)
  const { found, keepNative } = await explainRows(context, supplies, model, payload, ports, { credentials: false })
  const [explanation] = found
  if (explanation === undefined) throw new Error('A row that was not explained.')
  const { features, method, whySampled, background, outputs } = explanation
  return {
    found: {
      problem: null,
      features: features.map((name) => fields.get(name) ?? name),
      method,
      whySampled,
      background,
      outputs,
    },
    keep: keepNative,
  }
}

const mostBackground = 1000

const byFile = async (
  { database, objects, settings }: Context,
  asked: Asked,
  { signal }: JobPorts,
): Promise<FoundExplanation> => {
  const { request, row, release } = asked
  const { hosted, model_name } = release
  if (hosted === null || hosted.file === null || hosted.coded !== undefined)
    throw requestError('request.unexplained', { why: `Nothing tells what made the answers of "${model_name}".` })
  const { inputs } = request.rows
  const background = await newestRows(database, asked, mostBackground)
  const explained = await askApart<'explain'>(
    {
      kind: 'explain',
      path: await objects.pathOf(hosted.file.key),
      application: hosted.application,
      rows: rowsOf(sliceRows(inputs, row, row + 1)),
      background,
    },
    { memoryMb: settings.modelMemoryMb, ...readingLimits },
    signal,
  )
  return {
    problem: null,
    features: explained.features,
    method: 'exact',
    whySampled: null,
    background: { rows: background.length, of: background.length, pairs: 0, seed: 0 },
    outputs: fileOutputs(explained, 0, request.rows, row),
  }
}
