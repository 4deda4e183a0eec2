import type { LineageItem, Origin } from '@modelsmith/api'
import { type BlueprintGraph, may } from '@modelsmith/domain'
import type { LibraryTask } from '@modelsmith/engine'
import { type Queries, sql } from '../../../infra/database/database.ts'
import { findObjects, referenceOf } from '../../../infra/rights/objects.ts'
import type { Principal } from '../../../infra/rights/principal.ts'
import type { Served } from '../../hosting/index.ts'

/** An item with the object that its reader must be allowed to view to be told anything of it. */
type Found = Omit<LineageItem, 'name'> & { readonly name: string; readonly object: string | null }

/** What answers: a trained model, or a release with what it serves. */
type Answering = {
  readonly model_release_id: string | null
  readonly model_id: string | null
  readonly hosted: Pick<Served, 'coded' | 'trained'> | null
}

type ImportedFrom = Origin & { readonly lineage: readonly LineageItem[] }

const item = (what: LineageItem['what'], found: Partial<Found> & Pick<Found, 'name' | 'object'>): Found => ({
  what,
  id: found.object,
  version: null,
  sha256: null,
  facts: [],
  ...found,
})

const fact = (name: string, value: string | number | null | undefined): LineageItem['facts'] =>
  value === null || value === undefined || value === '' ? [] : [{ name, value: String(value) }]

/** From what answers back to data and code; what the reader may not see is there without a name. */
export const lineageOf = async (
  queries: Queries,
  caller: Principal,
  library: readonly LibraryTask[],
  { model_release_id: release, model_id: model, hosted }: Answering,
): Promise<LineageItem[]> => {
  const trained = model ?? hosted?.trained?.modelId ?? null
  const code = hosted?.coded?.code ?? null
  const found = [
    ...(release === null ? [] : await ofRelease(queries, release)),
    ...(trained === null ? [] : await ofModel(queries, library, trained)),
    ...(code === null ? [] : await ofTasks(queries, library, [code.taskVersionId])),
  ]
  const objects = await findObjects(
    queries,
    caller,
    found.flatMap(({ object }) => (object === null ? [] : [object])),
  )
  const seen = new Set(objects.filter((each) => may(caller, 'view', referenceOf(each))).map(({ id }) => id))
  return found.map(({ object, ...each }) =>
    object === null || seen.has(object)
      ? each
      : { what: each.what, id: null, name: null, version: null, sha256: null, facts: [] },
  )
}

const ofRelease = async (queries: Queries, id: string): Promise<Found[]> => {
  const row = await queries.first<{
    registered_model_id: string
    model_name: string
    number: number
    published_at: Date | null
    description: string
    experiment_id: string | null
    experiment_name: string | null
    origin: ImportedFrom | null
    algorithm: string
    file: { readonly fileName: string; readonly bytes: number; readonly sha256: string } | null
    proof: { readonly rows: number } | null
  }>(sql`
    select r.registered_model_id, mo.name as model_name, r.number, r.published_at, r.description, r.experiment_id, eo.name as experiment_name, r.origin,
      r.serving ->> 'algorithm' as algorithm, r.serving -> 'file' as file, r.serving -> 'proof' as proof
    from model_release r join object mo on mo.id = r.registered_model_id left join object eo on eo.id = r.experiment_id where r.id = ${id}`)
  if (row === undefined) return []
  const { registered_model_id: object, number, published_at, description, algorithm, file, proof, origin } = row
  return [
    item('registered model', {
      object,
      name: row.model_name,
      version: `release ${number}`,
      facts: [
        ...fact('published', published_at?.toISOString()),
        ...fact('description', description),
        ...fact('algorithm', algorithm),
        ...fact('rows that prove it', proof?.rows),
      ],
    }),
    ...(origin === null ? [] : ofInstallation(object, origin)),
    ...(row.experiment_id === null || row.experiment_name === null
      ? []
      : [item('experiment', { object: row.experiment_id, name: row.experiment_name })]),
    ...(file === null || origin !== null
      ? []
      : [
          item('model file', {
            object: row.experiment_id,
            id: null,
            name: file.fileName,
            sha256: file.sha256,
            facts: fact('bytes', file.bytes),
          }),
        ]),
  ]
}

/** An installation, and what it said that the release was made from: whoever sees the release sees all of it. */
const ofInstallation = (object: string, origin: ImportedFrom): Found[] => [
  item('installation', {
    object,
    id: null,
    name: origin.installation,
    version: `release ${origin.releaseNumber} of ${origin.modelName}`,
    facts: [
      ...fact('key (SHA-256)', origin.fingerprint),
      ...fact('address', origin.address),
      ...fact('published there', origin.publishedAt),
      ...fact('exported', `${origin.exportedAt} by ${origin.exportedBy}`),
      ...fact('imported', `${origin.importedAt} by ${origin.importedBy.name}`),
    ],
  }),
  ...origin.lineage.map(({ name, ...each }) => ({ ...each, name: name ?? 'not told', id: null, object })),
]

const ofModel = async (queries: Queries, library: readonly LibraryTask[], id: string): Promise<Found[]> => {
  const row = await queries.first<{
    model_name: string
    run_id: string
    ended_at: Date | null
    sample_size: number
    blueprint_id: string | null
    blueprint_name: string
    graph: BlueprintGraph
    project_id: string
    project_name: string
    target: string | null
    target_type: string
    metric: string | null
    partitioning: { readonly method: string; readonly folds: number; readonly seed: number }
    content_id: string
    further_datasets: readonly string[]
    dataset_id: string
    dataset_name: string
    version_id: string
    number: number
    sha256: string
    rows: number | null
    file_name: string
  }>(sql`
    select mo.name as model_name, r.id as run_id, r.ended_at, r.sample_size, r.blueprint_id, r.blueprint_name, r.graph, p.id as project_id, po.name as project_name,
      p.target, p.target_type, p.metric, p.partitioning, p.content_id, p.further_datasets, v.dataset_id, d.name as dataset_name, v.id as version_id, v.number,
      v.sha256, v.rows, v.file_name
    from model m join object mo on mo.id = m.id join training_run r on r.id = m.training_run_id join project p on p.id = m.project_id
      join object po on po.id = p.id join dataset_version v on v.id = p.dataset_version_id join object d on d.id = v.dataset_id where m.id = ${id}`)
  if (row === undefined) return []
  const { method, folds, seed } = row.partitioning
  const further = await queries.rows<{ id: string; name: string }>(
    sql`select id, name from object where id = any(${row.further_datasets}) order by id`,
  )
  return [
    item('model', { object: id, name: row.model_name }),
    item('training run', {
      object: row.run_id,
      name: row.blueprint_name,
      facts: [...fact('ended', row.ended_at?.toISOString()), ...fact('share of the rows', row.sample_size)],
    }),
    item('project', {
      object: row.project_id,
      name: row.project_name,
      facts: [
        ...fact('target', row.target),
        ...fact('target type', row.target_type),
        ...fact('metric', row.metric),
        ...fact('partitioning', `${method}, ${folds} folds, seed ${seed}`),
        ...fact('content of the rows', row.content_id),
      ],
    }),
    item('dataset version', {
      object: row.dataset_id,
      id: row.version_id,
      name: row.dataset_name,
      version: String(row.number),
      sha256: row.sha256,
      facts: [...fact('file', row.file_name), ...fact('rows', row.rows)],
    }),
    ...further.map(({ id: object, name }) => item('dataset', { object, name })),
    ...(row.blueprint_id === null ? [] : [item('blueprint', { object: row.blueprint_id, name: row.blueprint_name })]),
    ...(await ofTasks(
      queries,
      library,
      row.graph.nodes.map(({ taskVersion }) => taskVersion),
    )),
  ]
}

const ofTasks = async (
  queries: Queries,
  library: readonly LibraryTask[],
  versions: readonly string[],
): Promise<Found[]> => {
  const rows = await queries.rows<{
    id: string
    task_id: string
    name: string
    major: number
    minor: number
    content_hash: string
    environment: string | null
    lock: string | null
  }>(sql`
    select v.id, v.task_id, o.name, v.major, v.minor, v.content_hash, v.metadata ->> 'environment' as environment,
      encode(sha256(convert_to(v.environment_lock::text, 'UTF8')), 'hex') as lock
    from task_version v join object o on o.id = v.task_id where v.id = any(${versions})`)
  const own = new Map(rows.map((row) => [row.id, row]))
  return [...new Set(versions)].flatMap((id) => {
    const builtin = library.find((task) => task.id === id)
    if (builtin !== undefined)
      return [
        item('task version', {
          object: null,
          id,
          name: builtin.name,
          version: 'built in',
          facts: fact('environment', builtin.environment),
        }),
      ]
    const row = own.get(id)
    if (row === undefined) return []
    const { task_id: object, name, major, minor, content_hash: sha256, environment, lock } = row
    const facts = [...fact('environment', environment), ...fact('lock of further packages (SHA-256)', lock)]
    return [item('task version', { object, id, name, version: `${major}.${minor}`, sha256, facts })]
  })
}
