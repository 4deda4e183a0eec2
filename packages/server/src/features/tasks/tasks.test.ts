import type { Person } from '@modelsmith/api'
import { zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { taskFiles } from '../../testing/world.ts'
import { readArchive } from './archive.ts'
import { createTasks } from './service.ts'

const platform = withPlatform()

it('refuses a folder that is too large before it reads a byte of it', async () => {
  const { ann } = platform.people
  const person = (await call(platform, ann, 'me')).body as unknown as Person
  const caller = { ...ann, role: 'member', person, csrfToken: undefined } as const
  const uploads = [{ path: 'huge.bin', file: '/nowhere', bytes: 5 * 2 ** 30, sha256: '' }]
  await expect(createTasks(platform.context).upload(caller, uploads, {})).rejects.toMatchObject({
    code: 'task.folder',
    findings: [{ code: 'taskFolder.tooLarge' }],
  })
})

it('sums up what a zip expands to before it expands anything', () => {
  const zip = Buffer.from(
    zipSync({ 'broken.py': Buffer.alloc(1000), 'custom.py': Buffer.from(taskFiles['custom.py']) }),
  )
  zip.fill(0xff, 30 + 'broken.py'.length, 34 + 'broken.py'.length)
  const lastEntry = zip.lastIndexOf('PK\x01\x02', undefined, 'latin1')
  zip.writeUInt32LE(600 * 2 ** 20, lastEntry + 24)
  expect(() => readArchive(zip)).toThrow('it expands to more than 512 MB')
})
