import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '@modelsmith/domain'
import { afterAll, beforeAll } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { createApp } from '../app.ts'
import { newTokenSecret, sha256, visiblePrefix } from '../features/accounts/secrets.ts'
import { insertOrganisation, insertPerson, insertToken } from '../features/accounts/store.ts'
import type { Context } from '../infra/context.ts'
import { migrate } from '../infra/database/migrate.ts'
import { newId } from '../infra/ids.ts'
import { withTestDatabase } from '../infra/postgres/testing/index.ts'
import { openContext } from '../infra/process/context.ts'
import { placesOf } from '../infra/settings.ts'
import { mkdirSync } from 'node:fs'

export type TestPerson = {
  readonly id: string
  readonly organisation: string
  readonly workspace: string
  readonly token: string
}

/** Two members, an administrator and a viewer of one organisation; Bob administers another one. */
type People = Readonly<Record<'ann' | 'mia' | 'adam' | 'vera' | 'bob', TestPerson>>

export type Platform = {
  readonly app: FastifyInstance
  readonly context: Context
  readonly people: People
  /** Errors that were answered as bugs. */
  readonly bugs: unknown[]
}

/** The HTTP server over a database and a data folder of its own, for the tests of a file; with pages where it is told a folder of them. */
export const withPlatform = (env: NodeJS.ProcessEnv = {}, webDir?: string): Platform => {
  const database = withTestDatabase({
    name: 'platform',
    apply: async (url) => {
      await migrate(url)
    },
  })
  let platform: Platform | undefined
  let dataDir = ''
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ms-server-'))
    // The service user reads in it, as in a real data folder.
    await chmod(dataDir, 0o755)
    const context = await openContext(database.url, { ...env, MODELSMITH_DATA: dataDir })
    mkdirSync(placesOf(context.settings).serving, { recursive: true })
    const bugs: unknown[] = []
    const app = await createApp(context, webDir ?? join(dataDir, 'no-pages'), (_, error) => bugs.push(error))
    platform = { app, context, people: await addPeople(context), bugs }
  })
  afterAll(async () => {
    await platform?.app.close()
    await platform?.context.database.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const opened = (): Platform => {
    if (platform === undefined) throw new Error('The platform exists inside hooks and tests only')
    return platform
  }
  return {
    get app() {
      return opened().app
    },
    get context() {
      return opened().context
    },
    get people() {
      return opened().people
    },
    get bugs() {
      return opened().bugs
    },
  }
}

/** Another person of an organisation, with a token. */
export const addPerson = async (
  { database }: Pick<Context, 'database'>,
  { organisation, workspace }: Pick<TestPerson, 'organisation' | 'workspace'>,
  name: string,
  role: Role,
): Promise<TestPerson> => {
  const id = newId('person')
  const email = role === 'service' ? id : `${name.toLowerCase()}@example.org`
  await insertPerson(database, { id, organisation, workspace, email, name, role, passwordHash: null })
  return { id, organisation, workspace, token: await addToken({ database }, id) }
}

const addPeople = async ({ database }: Context): Promise<People> => {
  const organisation = async (name: string) => {
    const id = newId('organisation')
    const workspace = newId('workspace')
    await insertOrganisation(database, { id, name, workspace, workspaceName: 'Main' })
    return { organisation: id, workspace }
  }
  const person = (name: string, role: Role, place: { organisation: string; workspace: string }) =>
    addPerson({ database }, place, name, role)
  const [ours, theirs] = [await organisation('Ours'), await organisation('Theirs')]
  return {
    ann: await person('Ann', 'member', ours),
    mia: await person('Mia', 'member', ours),
    adam: await person('Adam', 'administrator', ours),
    vera: await person('Vera', 'viewer', ours),
    bob: await person('Bob', 'administrator', theirs),
  }
}

/** A token of a person; the secret is returned. */
export const addToken = async ({ database }: Pick<Context, 'database'>, person: string): Promise<string> => {
  const secret = newTokenSecret()
  await insertToken(database, {
    id: newId('token'),
    person,
    name: 'Test',
    prefix: visiblePrefix(secret),
    sha256: sha256(secret),
    expiresAt: null,
  })
  return secret
}
