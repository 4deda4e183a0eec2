import { endpoints, type Operation } from '@modelsmith/api'
import { type Action, may, type ObjectKind, type Relation, rights, type Role } from '@modelsmith/domain'
import { beforeAll, describe, expect, it } from 'vitest'
import { newTokenSecret, sha256 } from './features/accounts/secrets.ts'
import { insertPerson, insertToken } from './features/accounts/store.ts'
import { newId } from './infra/ids.ts'
import { askedOf } from './testing/asked.ts'
import { type CallParts, call } from './testing/call.ts'
import { type TestPerson, withPlatform } from './testing/platform.ts'
import { makeWorld, sharedKinds, type World } from './testing/world.ts'

const platform = withPlatform()
let world: World

type Held = { readonly role: Role; readonly relation: Relation | undefined; readonly person: () => TestPerson }
const people = new Map<string, TestPerson>()
const held = (role: Role, relation?: Relation): Held => ({
  role,
  relation,
  person: () => people.get(`${role} ${relation}`) as TestPerson,
})
/** Everybody who may be told apart by the table: each role on the objects, and each role in the organisation without any. */
const everybody: readonly Held[] = [
  held('member', 'owner'),
  held('member', 'editor'),
  held('member', 'consumer'),
  held('service', 'editor'),
  held('viewer', 'editor'),
  held('administrator'),
  held('member'),
  held('service'),
  held('viewer'),
]

beforeAll(async () => {
  const { ann } = platform.people
  world = await makeWorld(platform, ann)
  const { database } = platform.context
  for (const { role, relation } of everybody) {
    const id = newId('person')
    const { organisation, workspace } = ann
    const name = `${role} ${relation}`
    await insertPerson(database, { id, organisation, workspace, email: id, name, role, passwordHash: null })
    const token = newTokenSecret()
    const hash = sha256(token)
    await insertToken(database, { id: newId('token'), person: id, name, prefix: '', sha256: hash, expiresAt: null })
    people.set(name, { id, organisation, workspace, token })
    if (relation === undefined) continue
    for (const kind of sharedKinds)
      await call(platform, ann, 'share', { params: { id: world[kind] }, body: { grantee: id, role: relation } })
  }
})

const asked = askedOf({
  platform,
  get world() {
    return world
  },
})

const refusals: readonly (string | undefined)[] = ['object.notFound', 'object.forbidden', 'object.executeOnly']

/** Whether the server lets somebody do it; whatever else it then finds wrong. */
const lets = async (who: Held, operation: Operation, parts: () => CallParts): Promise<boolean> =>
  !refusals.includes((await call(platform, who.person(), operation, parts())).body.code)

const mayDo = ({ role, relation }: Held, kind: ObjectKind, action: Action): boolean =>
  may({ id: 'me', organisation: 'o', role }, action, { kind, owner: 'another', organisation: 'o', relation })

const words = ({ role, relation }: Held): string => `${role}, ${relation ?? 'nothing'}`

describe.each(asked)('%s', (operation, kind, action, parts) => {
  it(`is let through for whom the table says that they may ${action} a ${kind}, and for nobody else`, async () => {
    const found = []
    for (const who of everybody) found.push([words(who), await lets(who, operation, parts)])
    expect(found).toEqual(everybody.map((who) => [words(who), mayDo(who, kind, action)]))
  })

  it('changes with every cell of the table that it stands on', async () => {
    const cells = [
      ...(['owner', 'editor', 'consumer'] as const).map((relation) => ({
        of: 'object' as const,
        column: relation,
        who: held('member', relation),
      })),
      ...(['administrator', 'member', 'service'] as const).map((role) => ({
        of: 'organisation' as const,
        column: role,
        who: held(role),
      })),
    ]
    for (const { of, column, who } of cells) {
      const row = rights[kind][of] as Record<string, readonly Action[] | undefined>
      const before = row[column]
      // What one has done is answered to whoever may see it.
      const seen: readonly Action[] = of === 'organisation' ? ['view'] : []
      row[column] =
        before?.includes(action) === true
          ? before.filter((each) => each !== action)
          : [...(before ?? []), ...seen, action]
      try {
        const flipped = mayDo(who, kind, action)
        expect([column, await lets(who, operation, parts)]).toEqual([column, flipped])
        expect([column, flipped]).toEqual([column, before?.includes(action) !== true])
      } finally {
        if (before === undefined) delete row[column]
        else row[column] = before
      }
    }
  })
})

it('asks every operation that names an object of one kind', () => {
  const others: readonly Operation[] = [
    // Of two objects at once, of no single kind, or of what is no object: each has its own tests.
    'releaseExperiment',
    'editTask',
    'cloneTaskVersion',
    'getTaskVersion',
    'buildEnvironmentVersion',
    'grantCredential',
    'revokeCredential',
    'deleteProject',
    'downloadTrainingRun',
    'downloadJob',
    'predictDataset',
    'streamJob',
    'getAccess',
    'unshare',
    'transferOwnership',
    'grantNetwork',
    'revokeNetwork',
    'deleteToken',
    'getPerson',
    'changePerson',
    'invitePerson',
    'deactivatePerson',
    'reactivatePerson',
    'getGroup',
    'changeGroup',
    'deleteGroup',
    'removeTrustedInstallation',
  ]
  const named = (Object.keys(endpoints) as Operation[]).filter((name) => endpoints[name].path.includes('{id}'))
  expect([...asked.map(([operation]) => operation), ...others].sort()).toEqual(named.sort())
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
