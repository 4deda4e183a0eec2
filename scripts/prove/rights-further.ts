import type { TrainingRun } from '@modelsmith/api'
import { json, sql } from '../../packages/server/src/infra/database/database.ts'
import { newId } from '../../packages/server/src/infra/ids.ts'
import { followReleases } from '../../packages/server/src/features/deployments/follow-releases.ts'
import { keepExplanations } from '../../packages/server/src/features/models/store.ts'
import { setRows } from '../../packages/server/src/features/hosting/store.ts'
import { type Called, call } from '../../packages/server/src/testing/call.ts'
import type { Platform, TestPerson } from '../../packages/server/src/testing/platform.ts'
import { type addSecretTask, graphWith } from '../../packages/server/src/testing/secret-task.ts'
import { addDataset, addModel, libraryGraph, rowsCsv, type World } from '../../packages/server/src/testing/world.ts'

/** A value of a row that only whoever sees the dataset may read. */
export const rowValue = 'sevenhundredandone'

type Secret = Awaited<ReturnType<typeof addSecretTask>>

/** What a world holds only after a while: explanations, releases that failed and that are newer, an experiment with its rows, files unread. */
export const addFurther = async (platform: Platform, world: World, secret: Secret) => {
  const { ann, mia } = platform.people
  const { database } = platform.context
  await keepExplanations(database, { id: world.job, owner_id: mia.id }, world.model, [
    {
      row: 0,
      part: 'crossValidation',
      targetType: 'binary',
      features: ['size'],
      values: [rowValue],
      changed: [],
      actual: 'no',
      method: 'sampled',
      whySampled: null,
      background: { rows: 1, of: 1, pairs: 1, seed: 0 },
      outputs: [],
    },
  ])
  await call(platform, ann, 'grantCredential', {
    params: { id: world.credential },
    body: { taskVersionId: world.taskVersion, prefix: 'DB' },
  })
  await setRows(database, world.trainingExperiment, {
    sampleSetId: world.sampleSet,
    sampleSetVersion: 1,
    projectId: world.project,
  })
  const failed = newId('modelRelease')
  const newer = newId('modelRelease')
  const coded = json({ coded: { code: { taskVersionId: secret.task.latest.id } } })
  await database.run(sql`
    insert into model_release (id, registered_model_id, experiment_id, number, state, description, serving, error, created_at)
    select ${failed}, registered_model_id, experiment_id, null, 'failed', '', serving || ${coded}, (select error from job where id = ${secret.run.jobId}), now()
    from model_release where id = ${world.modelRelease}`)
  await database.run(sql`update model_release set state = 'standby' where id = ${world.modelRelease}`)
  await database.run(sql`
    insert into model_release (id, registered_model_id, experiment_id, number, state, description, serving, created_at, published_at)
    select ${newer}, registered_model_id, experiment_id, 2, 'latest', '', serving, now(), now() from model_release where id = ${world.modelRelease}`)
  /** Published releases of what was trained, and one whose file runs by the code of a task. */
  const released = await Promise.all(
    [
      { trained: { modelId: world.model, parameters: [], files: [] } },
      { trained: { modelId: secret.model, parameters: [], files: [] } },
      { coded: { code: { taskVersionId: secret.task.latest.id }, outputs: [], parameters: [], files: [] } },
    ].map(async (serving, at) => {
      const id = newId('modelRelease')
      await database.run(sql`
        insert into model_release (id, registered_model_id, experiment_id, number, state, description, serving, created_at, published_at)
        select ${id}, registered_model_id, experiment_id, ${3 + at}, 'standby', '', serving || ${json(serving)}, now(), now()
        from model_release where id = ${world.modelRelease}`)
      return id
    }),
  )
  const [ofModel = '', ofSecret = '', ofCode = ''] = released
  const aside = await addDataset(platform, ann)
  await call(platform, ann, 'createProject', {
    body: { name: 'Whispered', datasetVersionId: aside.latest.id, target: 'sold', partitioning: { folds: 2 } },
  })
  const body = { name: 'Searched', graph: graphWith(secret.task.latest.id), trials: 1 }
  const searching = await call(platform, ann, 'startSearch', { params: { id: world.project }, body })
  const { search } = searching.body as unknown as { search: { id: string; jobId: string } }
  const error = sql`(select error from job where id = ${secret.run.jobId})`
  await database.run(sql`update search set state = 'failed', error = ${error} where id = ${search.id}`)
  await database.run(sql`update job set state = 'failed', ended_at = now() where id = ${search.jobId}`)
  const evaluation = newId('evaluation')
  await database.run(sql`
    insert into evaluation (id, project_id, task_version_id, name, parameters, metrics, created_at)
    values (${evaluation}, ${world.project}, ${secret.task.latest.id}, 'Cost', '{}', '[]', now())`)
  await database.run(sql`
    insert into evaluation_result (evaluation_id, model_id, error) values (${evaluation}, ${secret.model}, ${error})`)
  const again = await call(platform, ann, 'train', {
    params: { id: world.project },
    body: { name: 'Imaged', graph: libraryGraph },
  })
  const imaged = await addModel(platform, (again.body as unknown as { run: TrainingRun }).run)
  await database.run(sql`
    update model set manifest = manifest || ${json({ nodes: [{ id: 'model', task: 'Forest', environment: `${world.environmentVersion}:python` }] })}
    where id = ${imaged}`)
  // Last: whatever waits is read with what is added.
  const uploaded = await call(platform, ann, 'uploadDataset', { files: { 'unread.csv': rowsCsv } })
  const { dataset: unread } = uploaded.body as unknown as { dataset: { latest: { id: string } } }
  return {
    ofModel,
    ofSecret,
    ofCode,
    searched: search.id,
    imaged,
    unread: unread.latest.id,
    failed,
    newer,
    aside: aside.id,
  }
}

/** The deployment of somebody who deployed a release while they might, after the deployments that follow have gone on. */
export const followedAfterwards = async (
  platform: Platform,
  {
    registeredModel,
    modelRelease,
    newer,
  }: Pick<World, 'registeredModel' | 'modelRelease'> & { readonly newer: string },
  person: TestPerson,
): Promise<Called> => {
  const { ann } = platform.people
  const { database } = platform.context
  const on = { params: { id: registeredModel } }
  await call(platform, ann, 'setLatestRelease', { params: { id: newer } })
  await call(platform, ann, 'share', { ...on, body: { grantee: person.id, role: 'consumer' } })
  const made = await call(platform, person, 'createDeployment', {
    body: { name: 'Following', modelReleaseId: modelRelease, updates: 'automatic' },
  })
  await call(platform, ann, 'unshare', { ...on, query: { grantee: person.id } })
  await followReleases(database, (error) => {
    throw error
  })
  return call(platform, person, 'getDeployment', { params: { id: String(made.body['id']) } })
}
