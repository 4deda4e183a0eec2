import type { ReleaseComparison } from '@modelsmith/api'
import { may, signatureChanges, usualConfiguration } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { findObjects, referenceOf } from '../../infra/rights/objects.ts'
import { signatureOf } from '../deployments/index.ts'
import { type ModelReleaseRow, published, releasedFiles, taskVersionsOf, toModelRelease } from '../hosting/index.ts'
import { findModel, type ModelRow } from '../models/index.ts'
import type { Tasks } from '../tasks/index.ts'
import { packageDifferences } from './environments.ts'
import { registryError } from './errors.ts'
import { metricsOf } from './metrics.ts'
import { builtInPackages, servedEnvironments } from './served-packages.ts'

type Supplies = Pick<Context, 'database' | 'objects' | 'settings'>

/** Two releases of one line: what clients notice, what was changed, and whether it scores better. */
export const createComparison = (context: Supplies, tasks: Pick<Tasks, 'unseen'>) => {
  const { database } = context

  const scoresOf = async (caller: Caller, row: ModelReleaseRow) => {
    const id = row.serving.trained?.modelId ?? null
    if (id === null) return { metrics: row.origin?.metrics ?? [], notShown: [] }
    const [object] = await findObjects(database, caller, [id])
    if (object === undefined || !may(caller, 'view', referenceOf(object)))
      return { metrics: [], notShown: [`the scores of release ${row.number}, whose model you may not see`] }
    return { metrics: metricsOf((await findModel(database, id)) as ModelRow), notShown: [] }
  }

  /** Names of files of code are for those who may see the code. */
  const filesOf = async (caller: Caller, row: ModelReleaseRow) => {
    const files = releasedFiles(row.serving)
    const unseen = await tasks.unseen(caller, await taskVersionsOf(database, row))
    if (unseen.size === 0) return { files, notShown: [] }
    const notShown = [`the files of code of release ${row.number}, which you may only execute`]
    return { files: files.filter(({ path }) => !path.startsWith('code/')), notShown }
  }

  const sideOf = async (caller: Caller, id: string) => {
    const row = await published(database, caller, 'view', id)
    const [scores, shown, served] = await Promise.all([
      scoresOf(caller, row),
      filesOf(caller, row),
      servedEnvironments(context, releasedFiles(row.serving), await builtInPackages(context)),
    ])
    return {
      row,
      environments: served.environments,
      ...scores,
      ...shown,
      notShown: [...scores.notShown, ...shown.notShown],
    }
  }

  return async (caller: Caller, id: string, other: string): Promise<ReleaseComparison> => {
    const [before, after] = [await sideOf(caller, id), await sideOf(caller, other)]
    if (before.row.registered_model_id !== after.row.registered_model_id) throw registryError('release.ofAnother', {})
    const [from, to] = [before, after].map(({ row }) => signatureOf({ manifest: null, hosted: row.serving }))
    return {
      before: toModelRelease(before.row),
      after: toModelRelease(after.row),
      signature: from === undefined || to === undefined ? [] : [...signatureChanges(from, to)],
      facts: differing(factsOf(before.row), factsOf(after.row)),
      metrics: paired(before.metrics, after.metrics),
      files: changedFiles(before.files, after.files),
      packages: changedPackages(before.environments, after.environments),
      notShown: [...new Set([...before.notShown, ...after.notShown])],
    }
  }
}

type Side = Awaited<ReturnType<ReturnType<typeof createComparison>>>
type Facts = ReadonlyMap<string, string>

const words = (value: unknown): string =>
  value === null ? 'all' : Array.isArray(value) ? value.join(', ') || 'none' : String(value)

const factsOf = ({ serving, description, experiment_name }: ModelReleaseRow): Facts => {
  const { file, algorithm, proof, application, configuration = usualConfiguration } = serving
  const { probabilities, outputs, passThrough, timeoutSeconds, rowsPerRequest, updatePolicy } = configuration
  return new Map(
    Object.entries({
      experiment: experiment_name,
      description,
      algorithm,
      ...(file === null ? {} : { 'model file': `${file.fileName} ${file.sha256.slice(0, 16)}` }),
      ...(proof === null ? {} : { 'rows that prove it': String(proof.rows) }),
      ...Object.fromEntries(
        application.inputs.map((input) => [`default of ${input.field ?? input.input}`, words(input.default ?? 'none')]),
      ),
      probabilities: words(probabilities),
      answers: words(outputs),
      'fields passed through': words(passThrough),
      'seconds a request': words(timeoutSeconds),
      'rows a request': words(rowsPerRequest),
      'update policy': updatePolicy,
    }),
  )
}

const differing = (before: Facts, after: Facts): Side['facts'] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((what) => before.get(what) !== after.get(what))
    .map((what) => ({ what, before: before.get(what) ?? null, after: after.get(what) ?? null }))

type Metrics = readonly { readonly part: string; readonly name: string; readonly value: number }[]

const paired = (before: Metrics, after: Metrics): Side['metrics'] => {
  const keyOf = ({ part, name }: Pick<Metrics[number], 'part' | 'name'>) => JSON.stringify([part, name])
  const [old, now] = [before, after].map((list) => new Map(list.map((each) => [keyOf(each), each.value]))) as [
    Map<string, number>,
    Map<string, number>,
  ]
  const all = new Map([...before, ...after].map((each) => [keyOf(each), each]))
  return [...all].map(([key, { part, name }]) => ({
    part,
    name,
    before: old.get(key) ?? null,
    after: now.get(key) ?? null,
  }))
}

type Files = readonly { readonly path: string; readonly key: string; readonly bytes: number }[]

const changedFiles = (before: Files, after: Files): Side['files'] => {
  const [old, now] = [before, after].map((list) => new Map(list.map((file) => [file.path, file]))) as [
    Map<string, Files[number]>,
    Map<string, Files[number]>,
  ]
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const [one, other] = [old.get(path), now.get(path)]
    if (one?.key === other?.key) return []
    const change = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed'
    return [{ path, change, beforeBytes: one?.bytes ?? null, afterBytes: other?.bytes ?? null }]
  })
}

type Environments = Awaited<ReturnType<typeof servedEnvironments>>['environments']

/** Environments are the same one when what they stand on is. */
const changedPackages = (before: Environments, after: Environments): Side['packages'] => {
  const nameOf = (name: string) => name.replace(/[+@].*$/, '')
  const names = new Set([...before, ...after].map(({ name }) => nameOf(name)))
  const of = (list: Environments, wanted: string) =>
    list.filter(({ name }) => nameOf(name) === wanted).flatMap(({ packages }) => packages)
  return [...names].flatMap((environment) =>
    packageDifferences(of(before, environment), of(after, environment)).map((each) => ({ environment, ...each })),
  )
}
