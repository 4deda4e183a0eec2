import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { neededPackages, readableCode } from './code.ts'

const root = fileURLToPath(new URL('../../../../..', import.meta.url))
let place: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'ms-code-'))
  await chmod(place, 0o755)
})
afterAll(() => rm(place, { recursive: true, force: true }))

it('finds what a package needs, however deep, and nothing else', () => {
  const lock = {
    'packages/server': { dependencies: { ours: '1', fastify: '5' } },
    'node_modules/ours': { link: true, resolved: 'packages/ours' },
    'packages/ours': { dependencies: { yaml: '2' } },
    'node_modules/yaml': {},
    'node_modules/fastify': { dependencies: { ajv: '8' }, optionalDependencies: { absent: '1' } },
    'node_modules/fastify/node_modules/ajv': { dependencies: { yaml: '2' } },
    'node_modules/ajv': {},
    'node_modules/react': {},
  }
  expect(neededPackages(lock, 'packages/server')).toEqual([
    'node_modules/ours',
    'node_modules/yaml',
    'node_modules/fastify',
    'node_modules/fastify/node_modules/ajv',
  ])
})

it('leaves code where it is when every user can read it', async () => {
  const code = { root: join(place, 'open'), node: join(place, 'open/node') }
  await mkdir(code.root)
  expect(await readableCode(code, join(place, 'copies'))).toEqual(code)
})

it('copies code that only its owner can read to where every user can run it', async () => {
  const clone = join(place, 'closed')
  await mkdir(clone, { mode: 0o700 })
  for (const name of [
    'packages',
    'library',
    'environments',
    'examples',
    'runners',
    'package.json',
    'package-lock.json',
  ])
    await cp(join(root, name), join(clone, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'))

  const copy = await readableCode({ root: clone, node: process.execPath }, join(place, 'copies'))
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const entry = join(copy.root, 'packages/server/src/app.ts')
  const { stdout } = await promisify(execFile)(
    copy.node,
    ['-p', `import(${JSON.stringify(entry)}).then(({ createApp }) => console.log(typeof createApp)), ''`],
    { ...nobody, cwd: place },
  )
  expect(stdout.trim()).toBe('function')

  const { ino } = await stat(copy.node)
  await readableCode({ root: clone, node: process.execPath }, join(place, 'copies'))
  expect((await stat(copy.node)).ino).toBe(ino)
})
