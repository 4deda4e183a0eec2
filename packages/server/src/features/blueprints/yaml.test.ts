import type { Blueprint } from '@modelsmith/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { addSecretTask, graphWith } from '../../testing/secret-task.ts'
import { libraryGraph, makeWorld, type World } from '../../testing/world.ts'

const platform = withPlatform()
let world: World
let secret: Awaited<ReturnType<typeof addSecretTask>>

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
  secret = await addSecretTask(platform, platform.people.ann, world)
})

const ann = () => platform.people.ann
const exported = async (id: string, query = {}): Promise<string> =>
  (await call(platform, ann(), 'exportBlueprint', { params: { id }, query })).text
const imported = (yaml: string, from?: string, person = ann()) =>
  call(platform, person, 'importBlueprint', { body: { yaml, ...(from === undefined ? {} : { from }) } })
const changed = (id: string, yaml: string, ifMatch: number) =>
  call(platform, ann(), 'importBlueprintVersion', { params: { id }, body: { yaml }, ifMatch })
const told = ({ status, body: { code, findings = [] } }: Awaited<ReturnType<typeof imported>>) => [
  status,
  code,
  findings.map(({ place, message }) => `${(place as { line?: number } | undefined)?.line} ${message}`),
]

describe('a blueprint as YAML', () => {
  it('comes back as it went, with the names of its tasks beside them', async () => {
    const yaml = await exported(world.blueprint)
    expect(yaml).toMatch(/^name: Forest\ngraph:\n {2}nodes:\n/)
    expect(yaml).toMatch(/taskVersion: builtin:random-forest@1 # Random forest 1/)
    const { status, body } = await imported(yaml)
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'Forest', description: '', graph: libraryGraph, number: 1 })
    expect(await exported(String(body['id']))).toBe(yaml)
  })

  it('becomes the next version only where its graph was changed', async () => {
    const made = (await imported(await exported(world.blueprint))).body as unknown as Blueprint
    const renamed = (await exported(made.id)).replace('name: Forest', 'name: Woods\ndescription: Of a text editor')
    const same = (await changed(made.id, renamed, made.version)).body as unknown as Blueprint
    expect(same).toMatchObject({ name: 'Woods', description: 'Of a text editor', number: 1 })
    const again = renamed.replace('taskVersion: builtin:random-forest@1', '$&\n      parameters: { n_estimators: 7 }')
    expect((await changed(made.id, again, same.version)).body).toMatchObject({ number: 2 })
    expect(await exported(made.id)).toContain('n_estimators: 7')
    expect(await exported(made.id, { number: 1 })).not.toContain('n_estimators')
    expect(told(await changed(made.id, again, same.version))).toEqual([412, 'object.changed', []])
    const absent = { params: { id: made.id }, query: { number: 9 } }
    expect(told(await call(platform, ann(), 'exportBlueprint', absent))).toEqual([404, 'blueprint.noVersion', []])
  })

  it('is refused with all that is wrong, each at its line', async () => {
    const yaml = 'name: " "\ngraph:\n  nodes:\n    - id: a\n      taskVersion: 7\n      input: []\n'
    const wrong = [
      '1 "name" must be text that is not blank of at most 255 characters, found " ".',
      '4 "inputs" is missing.',
      '5 "taskVersion" must be text that is not empty, found 7.',
      '6 "input" is not known here.',
    ]
    expect(told(await imported(yaml))).toEqual([422, 'blueprint.yaml', expect.arrayContaining(wrong)])
    expect(told(await changed(world.blueprint, yaml, 1))).toEqual([
      422,
      'blueprint.yaml',
      expect.arrayContaining(wrong),
    ])
    const bomb = 'name: &a A\ngraph: [*a, *a]\n'
    expect(told(await imported(bomb))[2]).toHaveLength(3)
    expect(told(await imported('name: "\\0"\ngraph: { nodes: [] }\n'))).toEqual([422, 'request.text', []])
    expect(told(await imported('#'.repeat(128 * 1024 + 1)))).toEqual([422, 'request.invalid', [expect.any(String)]])
  })

  it('may name a task that one may only execute where it stood before, and no other', async () => {
    const { mia } = platform.people
    const { id } = secret.blueprint
    await call(platform, ann(), 'share', { params: { id }, body: { grantee: mia.id, role: 'consumer' } })
    const yaml = (await call(platform, mia, 'exportBlueprint', { params: { id } })).text
    expect(yaml).toContain(secret.task.latest.id)
    expect((await imported(yaml, id, mia)).body['graph']).toEqual(graphWith(secret.task.latest.id))
    expect((await imported(yaml, undefined, mia)).status).toBe(403)
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
