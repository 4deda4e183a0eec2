import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { type LoggedRows, segmentWriter } from '@modelsmith/serving'
import { textColumn } from '@modelsmith/table'
import type { Client } from 'pg'
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

/** Two requests of a deployment in one part of the kept rows, and one whose rows are not kept any more. */
const keepRows = async (client: Pick<Client, 'query'>): Promise<void> => {
  await client.query(`
    insert into object (id, kind, name, owner_id, organisation_id, workspace_id, created_at, updated_at)
    values ('shop', 'deployment', 'shop', 'ann', 'o', 'w', now(), now())`)
  await client.query("insert into deployment (id, serving_state) values ('shop', 'active')")
  const write = segmentWriter()
  const rows = (text: string): LoggedRows => {
    const one = {
      schema: { columns: [{ name: 'a', type: 'text' as const }] },
      rows: 1,
      columns: [textColumn([text], 'text')],
    }
    return {
      inputs: one,
      scores: one,
      ids: undefined,
      outcome: { targetType: 'transform', classes: [], outputs: true },
    }
  }
  const parts: Buffer[] = []
  for (const requestId of ['first', 'second', 'let go']) {
    const at = '2026-01-31T12:10:00.000Z'
    const facts = { requestId, deploymentId: 'shop', releaseId: 'release', at, rows: 1, latencyMs: 1 }
    await client.query(
      "insert into prediction_log (request_id, deployment_id, release_id, at, rows, latency_ms, status) values ($1, 'shop', 'release', now(), 1, 1, 'ok')",
      [requestId],
    )
    // A cell that looks like the name of a request is none.
    if (requestId !== 'let go')
      parts.push(write({ ...facts, status: 'ok', errorCode: null }, rows('{"requestId":"let go"')))
  }
  const segment = Buffer.concat(parts)
  await client.query(
    "insert into kept_rows (deployment_id, hour, rows, bytes, segment) values ('shop', now(), 2, $1, $2)",
    [segment.length, segment],
  )
}

it('shows an organisation still what it saw before things were shared one by one', async () => {
  await withConnection(existing.url, async (client) => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
    const people = files.indexOf('0006_people.sql')
    for (const name of files.slice(0, people)) await client.query(await readFile(`${folder}/${name}`, 'utf8'))
    await client.query(before)
    for (const name of files.slice(people)) {
      if (name.startsWith('0050')) await keepRows(client)
      await client.query(await readFile(`${folder}/${name}`, 'utf8'))
    }
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
    // Rows that were kept before their request said where.
    expect(
      await rowsOf('select id, kept from request_part, unnest(request_ids, kept_sequences) as e(id, kept) order by 1'),
    ).toEqual(['first 1', 'let go ', 'second 1'])
    // The blueprint has no custom task any more; the project had it in a run, with its environment.
    expect(await rowsOf('select target_id, holder_id, placed_by from placement order by 1')).toEqual([
      'mine work ann',
      'tools work ann',
    ])
  })
})
