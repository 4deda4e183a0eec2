import type { Application, Experiment, ExperimentCheck, HostedModel, PredictionAnswer } from '@modelsmith/api'
import {
  checkAgainstFile,
  checkApplication,
  fieldsOf,
  initialApplication,
  isError,
  nextExperimentState,
  ownApplication,
  passedThroughBy,
} from '@modelsmith/domain'
import { nativeAlgorithms } from '@modelsmith/scoring'
import type { Finding, ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { type authorise, insertObject, touch, touchByPlatform } from '../../infra/rights/objects.ts'
import { useAlgorithm } from '../algorithms/index.ts'
import { demandOpen, experiment, registeredModel, withFile } from './access.ts'
import { hostingError } from './errors.ts'
import { answerNames, prove, splitExpected } from './proof.ts'
import type { Readers } from './readers.ts'
import { type GivenRows, rowsOfCsv } from './rows.ts'
import * as store from './store.ts'

type Change = {
  readonly name?: string
  readonly description?: string
  readonly algorithm?: string
  readonly application?: Application
}

/** Experiments that host a model file: what its inputs are called, what is tried and proven, until it is a candidate. */
export const createExperiments = ({ database, objects }: Context, readers: Readers) => {
  const read = async (caller: Caller, id: string): Promise<Experiment> => {
    const { object, row } = await experiment(database, caller, 'view', id)
    return store.toExperiment(object, row)
  }

  const answer = async (
    row: store.ExperimentRow,
    file: store.StoredModelFile,
    given: GivenRows,
  ): Promise<PredictionAnswer['predictions']> =>
    readers.ask<'answer'>({
      kind: 'answer',
      path: await objects.pathOf(file.key),
      application: applicationOfFile(row),
      ...('csv' in given
        ? { body: given.csv, type: 'text/csv' }
        : { body: Buffer.from(JSON.stringify({ rows: given.rows })), type: 'application/json' }),
    })

  /** The experiment as it can be asked: with a file, and fields for all that it takes. */
  const usable = async (caller: Caller, id: string, action: Parameters<typeof authorise>[2]) => {
    const { object, row } = await experiment(database, caller, action, id)
    const { file, model } = withFile(object, row)
    demandUsable(checkApplication(model, row.application))
    return { object, row, file, model }
  }

  return {
    read,

    async create(caller: Caller, model: string, name: string | undefined, description: string | undefined) {
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
        await store.insertExperiment(queries, { id: made, model, number })
        return made
      })
      return read(caller, id)
    },

    async change(caller: Caller, id: string, seen: number, change: Change) {
      await database.transaction(async (queries) => {
        const { object, row } = await experiment(queries, caller, 'edit', id)
        await touch(queries, object, seen, change)
        if (change.algorithm === undefined && change.application === undefined) return
        demandOpen(object, row)
        const chosen =
          change.algorithm === undefined ? row : await choiceOf(queries, caller, object, row, change.algorithm)
        const { application = chosen.application } = change
        const { algorithm, custom_algorithm } = chosen
        // A defined algorithm may be chosen before there is a file.
        if (row.model !== null || change.application !== undefined || custom_algorithm === null) {
          const { model } = withFile(object, chosen)
          // What is not named yet may be named later; what is wrong is wrong now.
          demandUsable(checkApplication(model, application).filter(({ code }) => !isUnfinished(code)))
        }
        await store.setChoices(queries, id, { algorithm, custom_algorithm, application })
      })
      return read(caller, id)
    },

    async tryRows(caller: Caller, id: string, given: GivenRows) {
      const { row, file } = await usable(caller, id, 'view')
      return { predictions: await answer(row, file, given) }
    },

    async prove(caller: Caller, id: string, given: GivenRows) {
      const { object, row, file, model } = await usable(caller, id, 'edit')
      demandOpen(object, row)
      const fields = fieldsOf(row.application)
      const answers = answerNames(model)
      const rows = 'csv' in given ? rowsOfCsv(given.csv, fields, answers) : given.rows
      const { asked, expected, columns } = splitExpected(
        rows,
        answers,
        fields.map(({ name }) => name),
      )
      const proof = prove(await answer(row, file, { rows: asked }), expected, columns, new Date().toISOString())
      await database.transaction(async (queries) => {
        const now = (await store.lockExperiment(queries, id)) as store.ExperimentRow
        demandOpen(object, now)
        // What was compared is what stands there still.
        if (now.file?.key !== file.key || JSON.stringify(now.application) !== JSON.stringify(row.application))
          throw infraError('object.changed', { seen: `version ${object.version}`, now: object.version + 1 })
        await store.setProof(queries, id, proof)
        await touchByPlatform(queries, id)
      })
      return read(caller, id)
    },

    async check(caller: Caller, id: string): Promise<ExperimentCheck> {
      const { object, row } = await experiment(database, caller, 'view', id)
      const findings =
        row.model === null
          ? [plainFinding(hostingError('experiment.noFile', { name: object.name }))]
          : findingsOf({ ...row, model: row.model })
      return { findings: findings as ExperimentCheck['findings'], fields: [...fieldsOf(row.application)] }
    },

    async submit(caller: Caller, id: string, seen: number) {
      await database.transaction(async (queries) => {
        const { object } = await experiment(queries, caller, 'edit', id)
        const row = (await store.lockExperiment(queries, id)) as store.ExperimentRow
        withFile(object, row)
        const next = nextExperimentState(row.state, 'submit')
        if (next === undefined) throw hostingError('experiment.closed', { name: object.name })
        demandUsable(findingsOf({ ...row, model: row.model as HostedModel }))
        await touch(queries, object, seen)
        await store.setState(queries, id, next)
      })
      return read(caller, id)
    },
  }
}

type WithModel = store.ExperimentRow & { readonly model: HostedModel }

/** What the file is asked with: the application under the names that the file has for its inputs. */
const applicationOfFile = ({ model, custom_algorithm: custom, application }: store.ExperimentRow): Application =>
  model === null ? application : (ownApplication(model, custom?.definition, application) as Application)

/** The experiment with another algorithm: one of the platform's, or a defined one, which must fit a file that is there. */
const choiceOf = async (
  queries: Queries,
  caller: Caller,
  object: Parameters<typeof withFile>[0],
  row: store.ExperimentRow,
  chosen: string,
): Promise<store.ExperimentRow> => {
  if (isDefined(chosen)) {
    const custom = await useAlgorithm(queries, caller, chosen)
    const next = { ...row, algorithm: chosen, custom_algorithm: custom }
    if (row.model === null) return next
    demandUsable(misfits({ ...next, model: row.model }))
    return { ...next, application: applicationUnder({ ...next, model: row.model }) }
  }
  const { model } = row
  if (model === null) withFile(object, row)
  if (!nativeAlgorithms.some(({ id }) => id === chosen))
    throw hostingError('experiment.unknownAlgorithm', { id: chosen })
  if (model === null || chosen !== model.algorithm)
    throw hostingError('experiment.algorithm', { chosen, found: model?.algorithm ?? 'none' })
  const next = { ...row, algorithm: chosen, custom_algorithm: null }
  return row.custom_algorithm === null ? next : { ...next, application: applicationUnder({ ...next, model }) }
}

const isDefined = (algorithm: string): boolean => algorithm.startsWith('algorithm_')

/** An application for a file under the algorithm that was chosen; its names and what is handed on come from there. */
export const applicationUnder = (row: Pick<WithModel, 'model' | 'custom_algorithm'>): Application => {
  const { custom_algorithm: custom } = row
  const application = structuredClone(initialApplication(store.modelOf(row))) as Application
  if (custom === null) return application
  const types = new Map(custom.definition.inputs.map(({ name, type }) => [name, type]))
  return {
    inputs: application.inputs.map((each) => ({ ...each, type: types.get(each.input) ?? each.type })),
    passThrough: [...passedThroughBy(custom.definition)],
  }
}

/** Why a file is not one of the algorithm that was chosen. */
const misfits = ({ model, algorithm, custom_algorithm: custom }: WithModel): readonly Finding[] => {
  const [name, native] = custom === null ? [algorithm ?? 'none', algorithm] : [custom.name, custom.nativeAlgorithm]
  if (native !== model.algorithm) {
    const chosen = custom === null ? name : `${name} (${native})`
    return [plainFinding(hostingError('experiment.algorithm', { chosen, found: model.algorithm }))]
  }
  return custom === null ? [] : checkAgainstFile(model, answerNames(model), custom.definition)
}

/** Everything that stands against a use of the experiment, errors first. */
const findingsOf = (row: WithModel): readonly Finding[] => {
  const { proof } = row
  const found: Finding[] = [...misfits(row), ...checkApplication(store.modelOf(row), row.application)]
  if (proof?.state === 'refuted')
    found.push(plainFinding(hostingError('experiment.refuted', { rows: proof.differing })))
  if (proof === null) found.push({ ...plainFinding(hostingError('experiment.notProven', {})), severity: 'warning' })
  return found
}

const demandUsable = (findings: readonly Finding[]): void => {
  const wrong = findings.filter(isError)
  if (wrong.length > 0) throw hostingError('experiment.notReady', { count: wrong.length }, { findings: wrong })
}

const plainFinding = ({ code, message, hint }: ModelsmithError): Finding => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
})

const isUnfinished = (code: string): boolean => code === 'application.noField' || code === 'application.noFields'
