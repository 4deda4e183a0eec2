import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { withConnection } from '../postgres/answers.ts'
import { withTestDatabase } from '../postgres/testing/index.ts'

const folder = fileURLToPath(new URL('./migrations', import.meta.url))
const existing = withTestDatabase()

const before = `
  insert into organisation values ('o', 'Ours', now());
  insert into workspace values ('w', 'o', 'Main');
  insert into person values ('ann', 'o', 'w', 'ann@example.org', 'Ann', 'member', null, now());
  insert into object (id, kind, name, owner_id, organisation_id, workspace_id, created_at, updated_at)
    select id, kind, id, 'ann', 'o', 'w', now(), now()
    from (values ('data', 'dataset'), ('mine', 'task'), ('tools', 'environment'), ('plan', 'blueprint'), ('work', 'project'), ('odd', 'project'), ('run', 'trainingRun'), ('made', 'model')) as o(id, kind);
  insert into task_version values ('v1', 'mine', 1, 0, 'python', '{"environment": "tools@1"}', '[]', '[]', 'hash', '[]', null, now());
  insert into blueprint_version values ('plan', 1, '{"nodes": [{"id": "a", "taskVersion": "v1"}]}', now());
  insert into blueprint_version values ('plan', 2, '{"nodes": [{"id": "a", "taskVersion": "builtin:one@1"}]}', now());
  insert into dataset_version (id, dataset_id, number, state, file_name, bytes, sha256, format, created_at)
    values ('dv', 'data', 1, 'ready', 'a.csv', 1, '', 'csv', now());
  insert into project values ('work', 'data', 'dv', '', '', '[]', '[]', '', 'binary', '[]', '', '{}', '', '{}');
  insert into project values ('odd', 'data', 'dv', '', '', '[]', '[]', 'sold', 'anomaly', '[]', 'Synthetic AUC', '{}', '', '{}');
  insert into training_run (id, project_id, blueprint_name, graph, state, job_id)
    values ('run', 'work', 'plan', '{"nodes": [{"id": "a", "taskVersion": "v1"}]}', 'succeeded', 'job');
  insert into model values ('made', 'work', 'run', '{}', '{}', '{}', '[]', '');
  insert into stored_object_reference values ('a', 'made'), ('a', 'step o key'), ('b', 'datasetVersion_1'), ('c', 'nobody');
  insert into dataset_version (id, dataset_id, number, state, file_name, bytes, sha256, format, created_at)
    values ('datasetVersion_1', 'data', 2, 'ready', 'a.csv', 1, '', 'csv', now());
`

it('shows an organisation still what it saw before things were shared one by one', async () => {
  await withConnection(existing.url, async (client) => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
    const people = files.indexOf('0006_people.sql')
    for (const name of files.slice(0, people)) await client.query(await readFile(`${folder}/${name}`, 'utf8'))
    await client.query(before)
    for (const name of files.slice(people)) await client.query(await readFile(`${folder}/${name}`, 'utf8'))
    const rowsOf = async (text: string) =>
      (await client.query({ text, rowMode: 'array' })).rows.map((row: string[]) => row.join(' '))
    expect(
      await rowsOf(
        `select object_id, grantee_id, role from object_grant where grantee_kind = 'organisation' order by 1`,
      ),
    ).toEqual(['data', 'mine', 'odd', 'plan', 'tools', 'work'].map((id) => `${id} o consumer`))
    expect(await rowsOf(`select count(*) from object_grant where grantee_id = 'ann' and role = 'owner'`)).toEqual(['8'])
    expect(await rowsOf('select id, within_id from object where within_id is not null order by 1')).toEqual([
      'made work',
      'run work',
    ])
    // Nothing labels the anomalies of before.
    expect(await rowsOf('select id, target is null and metric is null from project order by 1')).toEqual([
      'odd true',
      'work false',
    ])
    expect(await rowsOf('select key, holder, organisation_id from stored_object_reference order by 1, 2')).toEqual([
      'a made o',
      'a step o key o',
      'b datasetVersion_1 o',
      'c nobody ',
    ])
    // The blueprint has no custom task any more; the project had it in a run, with its environment.
    expect(await rowsOf('select target_id, holder_id, placed_by from placement order by 1')).toEqual([
      'mine work ann',
      'tools work ann',
    ])
  })
})
