import type { Application, BodyOf, Endpoints, Experiment, ExperimentCheck, PredictionAnswer } from '@modelsmith/api'
import {
  checkAgainstFile,
  checkApplication,
  fieldsOf,
  initialApplication,
  nextExperimentState,
  ownApplication,
  type ParameterValues,
  passedThroughBy,
} from '@modelsmith/domain'
import { nativeAlgorithms } from '@modelsmith/scoring'
import type { Finding } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import {
  type authorise,
  type HeldRow,
  insertObject,
  type ObjectRow,
  touch,
  touchByPlatform,
} from '../../infra/rights/objects.ts'
import { useAlgorithm } from '../algorithms/index.ts'
import { demandModelFilesRun, modelFilesForbidden } from '../organisation/index.ts'
import { answering, demandHosting, demandOpen, experiment, missingIn, registeredModel } from './access.ts'
import type { createAsk } from './coded/ask.ts'
import { isCoded } from './coded/coded-file.ts'
import { otherVersion } from './coded/library-version.ts'
import { hostingError } from './errors.ts'
import { demandBegun, demandUsable, plainFinding } from './findings.ts'
import { answerNames, prove, splitExpected } from './proof.ts'
import type { Readers } from './readers.ts'
import { type GivenRows, rowsOfCsv } from './rows.ts'
import * as store from './store.ts'
import { type ChangeOfTrained, changeTrained } from './trained/candidate.ts'

type Ask = ReturnType<typeof createAsk>
type NewExperiment = BodyOf<Endpoints['createExperiment']>
type Usable = {
  readonly object: HeldRow
  readonly row: store.ExperimentRow
  readonly by: ReturnType<typeof answering>
}

/** Rows, what they say of prediction parameters, and whether somebody still waits for the answers. */
type Request = GivenRows & { readonly parameters: ParameterValues; readonly signal: AbortSignal }

type Change = ChangeOfTrained & {
  readonly name?: string
  readonly description?: string
  readonly algorithm?: string
}

/** Experiments: what the inputs of a model are called, what is tried and proven, until it is a candidate. */
export const createExperiments = (context: Context, readers: Readers, ask: Ask) => {
  const { database, objects } = context

  const read = async (caller: Caller, id: string): Promise<Experiment> => {
    const { object, row } = await experiment(database, caller, 'view', id)
    return store.toExperiment(object, row)
  }

  const answer = async (
    caller: Caller,
    { object, row, by }: Usable,
    given: GivenRows,
    parameters: ParameterValues,
    signal: AbortSignal,
  ): Promise<PredictionAnswer['predictions']> => {
    const { custom_algorithm: custom, application } = row
    const asked = { experiment: object, model: by.model, application, rows: given, parameters }
    if ('trained' in by) return ask(caller, { ...asked, by }, signal)
    const { file } = by
    if (isCoded(custom)) {
      await demandModelFilesRun(database, caller.organisation)
      return ask(caller, { ...asked, by: { file, custom } }, signal)
    }
    const names = Object.keys(parameters)
    if (names.length > 0) throw hostingError('experiment.nativeParameters', { names: names.join(', ') })
    return readers.ask<'answer'>({
      kind: 'answer',
      path: await objects.pathOf(file.key),
      application: applicationOfFile(row),
      ...('csv' in given
        ? { body: given.csv, type: 'text/csv' }
        : { body: Buffer.from(JSON.stringify({ rows: given.rows })), type: 'application/json' }),
    })
  }

  /** The experiment as it can be asked: with a file or a trained model, and fields for all that it takes. */
  const usable = async (caller: Caller, id: string, action: Parameters<typeof authorise>[2]): Promise<Usable> => {
    const { object, row } = await experiment(database, caller, action, id)
    const by = answering(object, row)
    demandUsable(checkApplication(by.model, row.application))
    return { object, row, by }
  }

  /** What an administrator has not allowed. */
  const forbiddenBy = async (
    { custom_algorithm: custom }: store.ExperimentRow,
    { organisation_id }: Pick<ObjectRow, 'organisation_id'>,
  ): Promise<readonly Finding[]> => {
    const forbidden = isCoded(custom) ? await modelFilesForbidden(database, organisation_id) : undefined
    return forbidden === undefined ? [] : [plainFinding(forbidden)]
  }

  /** What to know of the versions of libraries before code reads the file. */
  const versionsOf = async (
    caller: Caller,
    { custom_algorithm: custom, file }: store.ExperimentRow,
  ): Promise<readonly Finding[]> => {
    if (!isCoded(custom) || file?.saved === undefined) return []
    const other = await otherVersion(context, caller, custom.code, file.saved)
    return other === undefined ? [] : [{ ...plainFinding(other), severity: 'warning' }]
  }

  return {
    read,

    async create(caller: Caller, model: string, { name, description, training = false }: NewExperiment) {
      const id = await database.transaction(async (queries) => {
        await registeredModel(queries, caller, 'run', model)
        const number = await store.nextExperimentNumber(queries, model)
        const made = newId('experiment')
        await insertObject(queries, {
          id: made,
          kind: 'experiment',
          name: name ?? `Experiment ${number}`,
          description: description ?? '',
          owner: caller.id,
          organisation: caller.organisation,
          workspace: caller.workspace,
          within: model,
        })
        await store.insertExperiment(queries, { id: made, model, number, training })
        return made
      })
      return read(caller, id)
    },

    async change(caller: Caller, id: string, seen: number, change: Change) {
      await database.transaction(async (queries) => {
        const { object, row } = await experiment(queries, caller, 'edit', id)
        await touch(queries, object, seen, change)
        const { algorithm: wanted, application: given, modelId } = change
        if (wanted === undefined && given === undefined && modelId === undefined) return
        demandOpen(object, row)
        if (wanted !== undefined) demandHosting(object, row)
        if (row.training || modelId !== undefined) return changeTrained(queries, caller, object, row, change)
        const chosen = wanted === undefined ? row : await choiceOf(queries, caller, object, row, wanted)
        const { application = chosen.application } = change
        const { algorithm, custom_algorithm } = chosen
        // A defined algorithm may be chosen before there is a file.
        if (row.file !== null || given !== undefined || custom_algorithm === null)
          demandBegun(checkApplication(answering(object, chosen).model, application))
        await store.setChoices(queries, id, { algorithm, custom_algorithm, application })
      })
      return read(caller, id)
    },

    async tryRows(caller: Caller, id: string, { parameters, signal, ...given }: Request) {
      return { predictions: await answer(caller, await usable(caller, id, 'view'), given, parameters, signal) }
    },

    async prove(caller: Caller, id: string, { parameters, signal, ...given }: Request) {
      const asking = await usable(caller, id, 'edit')
      const { object, row, by } = asking
      const { model } = by
      demandOpen(object, row)
      demandHosting(object, row)
      const fields = fieldsOf(row.application)
      const answers = answerNames(model)
      const rows = 'csv' in given ? rowsOfCsv(given.csv, fields, answers) : given.rows
      const { asked, expected, columns } = splitExpected(
        rows,
        answers,
        fields.map(({ name }) => name),
      )
      const predictions = await answer(caller, asking, { rows: asked }, parameters, signal)
      const proof = prove(predictions, expected, columns, new Date().toISOString())
      await database.transaction(async (queries) => {
        const now = (await store.lockExperiment(queries, id)) as store.ExperimentRow
        demandOpen(object, now)
        // What was compared is what stands there still.
        if (
          now.file?.key !== row.file?.key ||
          now.algorithm !== row.algorithm ||
          JSON.stringify(now.application) !== JSON.stringify(row.application)
        )
          throw infraError('object.changed', { seen: `version ${object.version}`, now: object.version + 1 })
        await store.setProof(queries, id, proof)
        await touchByPlatform(queries, id)
      })
      return read(caller, id)
    },

    async check(caller: Caller, id: string): Promise<ExperimentCheck> {
      const { object, row } = await experiment(database, caller, 'view', id)
      const missing = missingIn(object, row)
      const findings =
        missing === undefined
          ? [...(await forbiddenBy(row, object)), ...findingsOf(row), ...(await versionsOf(caller, row))]
          : [plainFinding(missing)]
      return { findings: findings as ExperimentCheck['findings'], fields: [...fieldsOf(row.application)] }
    },

    async submit(caller: Caller, id: string, seen: number) {
      await database.transaction(async (queries) => {
        const { object } = await experiment(queries, caller, 'edit', id)
        const row = (await store.lockExperiment(queries, id)) as store.ExperimentRow
        demandUsable(await forbiddenBy(row, object))
        answering(object, row)
        const next = nextExperimentState(row.state, 'submit')
        if (next === undefined) throw hostingError('experiment.closed', { name: object.name })
        demandUsable(findingsOf(row))
        await touch(queries, object, seen)
        await store.setState(queries, id, next)
      })
      return read(caller, id)
    },
  }
}

/** What the file is asked with: the application under the names that the file has for its inputs. */
const applicationOfFile = ({ model, custom_algorithm: custom, application }: store.ExperimentRow): Application =>
  model === null ? application : (ownApplication(model, custom?.definition, application) as Application)

/** The experiment with another algorithm: one of the platform's, or a defined one, which must fit a file that is there. */
const choiceOf = async (
  queries: Queries,
  caller: Caller,
  object: ObjectRow,
  row: store.ExperimentRow,
  chosen: string,
): Promise<store.ExperimentRow> => {
  const choice = isDefined(chosen)
    ? { ...row, algorithm: chosen, custom_algorithm: await useAlgorithm(queries, caller, chosen) }
    : { ...row, algorithm: nativeChoice(object, row, chosen), custom_algorithm: null }
  // Nobody makes a choice that nobody may use.
  if (isCoded(choice.custom_algorithm)) await demandModelFilesRun(queries, object.organisation_id)
  if (row.file === null) return choice
  demandUsable(misfits(choice))
  if (choice.custom_algorithm === null && row.custom_algorithm === null) return choice
  return { ...choice, application: applicationUnder(choice) }
}

const isDefined = (algorithm: string): boolean => algorithm.startsWith('algorithm_')

const nativeChoice = (object: ObjectRow, row: store.ExperimentRow, chosen: string): string => {
  const { file } = row
  if (file === null) throw hostingError('experiment.noFile', { name: object.name })
  if (!nativeAlgorithms.some(({ id }) => id === chosen))
    throw hostingError('experiment.unknownAlgorithm', { id: chosen })
  const { model } = row
  if (chosen !== model?.algorithm)
    throw hostingError('experiment.algorithm', { chosen, found: model?.algorithm ?? nativeWords(file) })
  return chosen
}

/** An application for a file under the algorithm that was chosen; its names and what is handed on come from there. */
export const applicationUnder = (
  row: Pick<store.ExperimentRow, 'file' | 'model' | 'custom_algorithm'>,
): Application => {
  const { custom_algorithm: custom } = row
  const model = store.modelOf(row)
  if (model === null) return { inputs: [], passThrough: [] }
  const application = structuredClone(initialApplication(model)) as Application
  if (custom === null) return application
  const types = new Map(custom.definition.inputs.map(({ name, type }) => [name, type]))
  return {
    inputs: application.inputs.map((each) => ({ ...each, type: types.get(each.input) ?? each.type })),
    passThrough: [...passedThroughBy(custom.definition)],
  }
}

/** What a file holds that nothing reads natively. */
const nativeWords = ({ saved }: store.StoredModelFile): string =>
  typeof saved?.className === 'string'
    ? `${saved.className}, which is not read natively`
    : 'nothing that is read natively'

/** Why a file is not one of the algorithm that was chosen; code takes any. */
const misfits = ({ file, model, algorithm, custom_algorithm: custom }: store.ExperimentRow): readonly Finding[] => {
  if (isCoded(custom)) return []
  const [name, native] = custom === null ? [algorithm ?? 'none', algorithm] : [custom.name, custom.nativeAlgorithm]
  if (model === null || native !== model.algorithm) {
    const chosen = custom === null ? name : `${name} (${native})`
    const found = model?.algorithm ?? (file === null ? 'nothing' : nativeWords(file))
    return [plainFinding(hostingError('experiment.algorithm', { chosen, found }))]
  }
  return custom === null ? [] : checkAgainstFile(model, answerNames(model), custom.definition)
}

/** Everything that stands against a use of the experiment, errors first. */
const findingsOf = (row: store.ExperimentRow): readonly Finding[] => {
  const { proof } = row
  const model = store.modelOf(row)
  // What was trained here was scored as it was trained.
  if (row.training) return model === null ? [] : checkApplication(model, row.application)
  const found: Finding[] = [...misfits(row), ...(model === null ? [] : checkApplication(model, row.application))]
  if (proof?.state === 'refuted')
    found.push(plainFinding(hostingError('experiment.refuted', { rows: proof.differing })))
  if (proof === null) found.push({ ...plainFinding(hostingError('experiment.notProven', {})), severity: 'warning' })
  return found
}
