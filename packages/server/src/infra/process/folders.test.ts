import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closedFolder } from './folders.ts'

let place: string
const us = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'ms-folders-'))
  await chmod(place, 0o700)
  await mkdir(join(place, 'open'))
  await chmod(join(place, 'open'), 0o755)
})
afterAll(() => rm(place, { recursive: true, force: true }))

it('finds the folder on the way that others may not enter', () => {
  expect(closedFolder(join(place, 'open'))).toBe(place)
  expect(closedFolder('/')).toBe(undefined)
})

it('lets the owner through, and by a group bit who is of the group', async () => {
  expect(closedFolder(join(place, 'open'), us)).toBe(undefined)
  const another = { uid: us.uid + 1, gid: us.gid }
  expect(closedFolder(join(place, 'open'), another)).toBe(place)
  await chmod(place, 0o710)
  expect(closedFolder(join(place, 'open'), another)).toBe(undefined)
})
