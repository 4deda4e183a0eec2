import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { forgetOldKeys, makeKeys, readKeys, rotateKeys } from '../../infra/secrets/seal.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { taskFiles } from '../../testing/world.ts'
import { variablesFor } from './service.ts'

const platform = withPlatform()
const secret = 'correct-horse-battery-staple'
const fields = { user: 'reader-of-things', password: secret }

const create = (body: object = {}) => {
  makeKeys(platform.context.settings.secretsKeyFile)
  return call(platform, platform.people.ann, 'createCredential', {
    body: { name: 'Warehouse', type: 'database', fields, ...body },
  })
}
const created = async () => String((await create()).body['id'])
const newVersion = async (person = platform.people.ann) => {
  const { body } = await call(platform, person, 'uploadTask', { files: taskFiles })
  return (body as { task: { latest: { id: string } } }).task.latest.id
}
const variables = (
  versions: readonly string[],
  organisation = platform.people.ann.organisation,
  hookOf: Parameters<typeof variablesFor>[4] = 'training',
) => variablesFor(platform.context, platform.context.database, organisation, versions, hookOf)

/** Every value of every table, as text. */
const dumped = async (): Promise<string> => {
  const { database } = platform.context
  const tables = await database.rows<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => database.rows({ text: `select t::text from "${name}" t`, values: [] })),
  )
  return JSON.stringify(rows)
}

describe('the values of a credential', () => {
  it('are in no answer, and nowhere in the database, the audit log or the data folder', async () => {
    const made = await create()
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ fieldNames: ['password', 'user'], type: 'database', grants: 0 })
    const id = String(made.body['id'])
    const { ann } = platform.people
    const params = { id }
    const changed = await call(platform, ann, 'changeCredential', {
      params,
      ifMatch: 1,
      body: { fields: { ...fields, host: 'db.example.org' } },
    })
    const version = await newVersion()
    const grant = { params, body: { taskVersionId: version, prefix: 'WAREHOUSE' } }
    const granted = await call(platform, ann, 'grantCredential', grant)
    const answers = [
      made,
      changed,
      granted,
      await call(platform, ann, 'getCredential', { params }),
      await call(platform, ann, 'listCredentials'),
      await call(platform, ann, 'listCredentialGrants', { params }),
      await call(platform, ann, 'search', { query: { q: 'Warehouse' } }),
      await call(platform, platform.people.adam, 'listAudit'),
      await call(platform, platform.people.adam, 'exportAudit'),
    ]
    const hidden = [secret, Buffer.from(secret).toString('base64').slice(0, 30), Buffer.from(secret).toString('hex')]
    const everywhere = [...answers.map(({ text }) => text), await dumped()].join('\n')
    for (const form of hidden) expect(everywhere).not.toContain(form)
    expect(everywhere).not.toContain('reader-of-things')
    // grep ends with 1 where it finds nothing.
    const { dataDir } = platform.context.settings
    expect(spawnSync('grep', ['-rqaF', secret, dataDir]).status).toBe(1)
  })

  it('are not told by what is wrong with them', async () => {
    const wrong = [
      { fields: { password: [secret] } },
      { fields: { 'not a name': secret } },
      { fields: secret },
      { fields: { password: `${secret}\0` } },
      { fields: { password: secret.repeat(2_000) } },
    ]
    for (const body of wrong) {
      const { status, text } = await create(body)
      expect([status, text.includes(secret)]).toEqual([422, false])
    }
    expect(await dumped()).not.toContain(secret)
  })
})

describe('a credential reaches', () => {
  it('the version of a task that it was granted to, and no other, until it is revoked', async () => {
    const { ann } = platform.people
    const [id, version, another] = [await created(), await newVersion(), await newVersion()]
    expect(await variables([version])).toEqual(new Map())
    const params = { id }
    await call(platform, ann, 'grantCredential', { params, body: { taskVersionId: version, prefix: 'WH' } })
    expect(await variables([version, another])).toEqual(
      new Map([[version, { WH_USER: 'reader-of-things', WH_PASSWORD: secret }]]),
    )
    expect(await variables([version], platform.people.bob.organisation)).toEqual(new Map())
    const query = { taskVersionId: version }
    expect((await call(platform, ann, 'revokeCredential', { params, query })).status).toBe(204)
    expect(await variables([version])).toEqual(new Map())
    expect((await call(platform, ann, 'revokeCredential', { params, query })).status).toBe(404)
  })

  it('what predicts only where it was granted for that too', async () => {
    const { ann } = platform.people
    const [id, version] = [await created(), await newVersion()]
    const params = { id }
    const inPredictions = () => variables([version], ann.organisation, 'prediction')
    const body = { taskVersionId: version, prefix: 'WH' }
    expect((await call(platform, ann, 'grantCredential', { params, body })).body).toMatchObject({ predictions: false })
    expect(await inPredictions()).toEqual(new Map())
    const granted = await call(platform, ann, 'grantCredential', { params, body: { ...body, predictions: true } })
    expect(granted.body).toMatchObject({ predictions: true })
    const found = new Map([[version, { WH_USER: 'reader-of-things', WH_PASSWORD: secret }]])
    expect([await inPredictions(), await variables([version])]).toEqual([found, found])
    // Granted once more without it, it is training alone again.
    await call(platform, ann, 'grantCredential', { params, body })
    expect([await inPredictions(), await variables([version])]).toEqual([new Map(), found])
  })

  it('nothing any more once it is deleted', async () => {
    const { ann } = platform.people
    const [id, version] = [await created(), await newVersion()]
    const params = { id }
    await call(platform, ann, 'grantCredential', { params, body: { taskVersionId: version, prefix: 'WH' } })
    expect((await call(platform, ann, 'deleteCredential', { params, ifMatch: 1 })).status).toBe(204)
    expect(await variables([version])).toEqual(new Map())
    expect(await platform.context.database.rows(sql`select 1 from credential where id = ${id}`)).toEqual([])
  })

  it('a task of another only from whoever may edit it, and never in place of what was granted before', async () => {
    const { ann, mia } = platform.people
    const { body: uploaded } = await call(platform, mia, 'uploadTask', { files: taskFiles })
    const { task } = uploaded as { task: { id: string; latest: { id: string } } }
    const version = task.latest.id
    const makeTheirs = await call(platform, mia, 'createCredential', {
      body: { name: 'Theirs', type: 'database', fields: { user: 'mia-reads', password: 'of mia alone' } },
    })
    const body = { taskVersionId: version, prefix: 'WH' }
    const theirs = { id: String(makeTheirs.body['id']) }
    expect((await call(platform, mia, 'grantCredential', { params: theirs, body })).status).toBe(200)

    const params = { id: String((await create({ fields: { host: 'evil.example', user: 'ann-reads' } })).body['id']) }
    await call(platform, mia, 'share', { params: { id: task.id }, body: { grantee: ann.id, role: 'consumer' } })
    expect((await call(platform, ann, 'grantCredential', { params, body })).status).toBe(403)
    await call(platform, mia, 'share', { params: { id: task.id }, body: { grantee: ann.id, role: 'editor' } })
    expect((await call(platform, ann, 'grantCredential', { params, body })).status).toBe(200)
    expect(await variables([version])).toEqual(
      new Map([[version, { WH_HOST: 'evil.example', WH_USER: 'mia-reads', WH_PASSWORD: 'of mia alone' }]]),
    )

    // Whoever may see the credential alone is not told of tasks that they may not see.
    await call(platform, mia, 'unshare', { params: { id: task.id }, query: { grantee: ann.id } })
    const { text } = await call(platform, ann, 'listCredentialGrants', { params })
    expect(text).toContain('A task that you may not see')
  })

  it('only what its owner gives it to, among tasks that they may edit', async () => {
    const { ann, mia, bob } = platform.people
    const id = await created()
    const params = { id }
    const theirs = await newVersion(mia)
    const body = { taskVersionId: theirs, prefix: 'WH' }
    expect((await call(platform, ann, 'grantCredential', { params, body })).status).toBe(404)
    expect((await call(platform, mia, 'grantCredential', { params, body })).status).toBe(404)
    expect((await call(platform, bob, 'getCredential', { params })).status).toBe(404)
    await call(platform, ann, 'share', { params, body: { grantee: mia.id, role: 'editor' } })
    expect((await call(platform, mia, 'getCredential', { params })).status).toBe(200)
    expect((await call(platform, mia, 'grantCredential', { params, body })).status).toBe(403)
  })
})

describe('a rotation of the key', () => {
  it('seals everything anew, after which the old key opens nothing and is gone', async () => {
    const [id, version] = [await created(), await newVersion()]
    const params = { id }
    const { ann } = platform.people
    await call(platform, ann, 'grantCredential', { params, body: { taskVersionId: version, prefix: 'WH' } })
    const file = platform.context.settings.secretsKeyFile
    const [before] = readKeys(file)
    const { keyId, sealed } = await platform.context.database.transaction((queries) => rotateKeys(queries, file))
    forgetOldKeys(file)
    expect(sealed).toBeGreaterThan(0)
    expect(readKeys(file).map((key) => key.id)).toEqual([keyId])
    expect(keyId).not.toBe(before.id)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await call(platform, ann, 'getCredential', { params })).body['keyId']).toBe(keyId)
    expect((await variables([version])).get(version)?.['WH_PASSWORD']).toBe(secret)
  })
})
