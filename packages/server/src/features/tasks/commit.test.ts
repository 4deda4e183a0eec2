import type { TaskUploaded } from '@modelsmith/api'
import { expect, it } from 'vitest'
import { call, type CallParts } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { taskFiles } from '../../testing/world.ts'

const platform = withPlatform()
const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}) =>
  call(platform, platform.people.ann, operation, parts)

const fields = {
  commit: 'ab'.repeat(20),
  commitState: 'dirty',
  commitRemote: 'https://example.com/team/models.git',
  commitFolder: 'tasks/a',
}
const origin = {
  kind: 'push',
  commit: fields.commit,
  state: 'dirty',
  remote: fields.commitRemote,
  folder: 'tasks/a',
}

it('keeps the commit that a version was pushed from, and makes none of content that is there', async () => {
  const { task } = (await ask('uploadTask', { files: taskFiles, fields })).body as unknown as TaskUploaded
  expect(task.latest.origin).toEqual(origin)
  expect((await ask('getTaskVersion', { params: { id: task.latest.id } })).body['origin']).toEqual(origin)
  const again = await ask('uploadTaskVersion', {
    params: { id: task.id },
    files: taskFiles,
    fields: { ...fields, commit: 'cd'.repeat(32), commitState: 'clean' },
  })
  expect(again.body).toMatchObject({ created: false, task: { latest: { number: '1.0', origin } } })
  const files = { ...taskFiles, 'more.py': '' }
  const bare = { commit: 'cd'.repeat(32) }
  const next = await ask('uploadTaskVersion', { params: { id: task.id }, files, fields: bare })
  expect(next.body).toMatchObject({
    created: true,
    task: { latest: { origin: { kind: 'push', commit: bare.commit, state: 'unknown', remote: null, folder: '' } } },
  })
})

it.each([
  [{ commit: 'main' }],
  [{ commit: '../../etc' }],
  [{ ...fields, commitRemote: 'https://ann:secret@example.com/a.git' }],
  [{ ...fields, commitRemote: 'https://example.com/a?token=secret' }],
  [{ ...fields, commitRemote: 'javascript:alert(1)' }],
  [{ ...fields, commitState: 'filthy' }],
  [{ ...fields, commitFolder: 'x'.repeat(1001) }],
])('refuses %j', async (wrong) => {
  const { status, body } = await ask('uploadTask', { files: taskFiles, fields: wrong })
  expect([status, body.code]).toEqual([422, 'request.invalid'])
})
