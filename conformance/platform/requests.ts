import type { Project } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import { type Actions, limits, type Refusal, refusalOf } from './platform.ts'

const json = { 'content-type': 'application/json' }
const eachSays = 'Each finding says where and what was expected.'
const setType = 'Set the header Content-Type.'
const unreadable = (reason: string): Refusal => ({
  status: 400,
  code: 'request.unreadable',
  detail: `The request cannot be read: ${reason}.`,
})
const mediaType = (detail: string): Refusal => ({ status: 415, code: 'request.mediaType', detail, hint: setType })

type BadRequest = {
  readonly request: readonly [method: string, path: string, headers?: Record<string, string>, body?: string]
  readonly refusal: Refusal
}

const requests: Readonly<Record<string, BadRequest>> = {
  'that ends in the middle of its JSON': {
    request: ['POST', '/projects', json, '{"name": '],
    refusal: unreadable('its body is not JSON: Unexpected end of JSON input'),
  },
  'without a body': { request: ['POST', '/projects', json], refusal: unreadable('its body is not JSON: it is empty') },
  'with a name that JavaScript would take for its own': {
    request: ['POST', '/projects', json, '{"__proto__": {"a": 1}}'],
    refusal: unreadable('its body uses the name __proto__'),
  },
  'of another type': {
    request: ['POST', '/projects', { 'content-type': 'application/xml' }, '<project/>'],
    refusal: mediaType('The body is application/xml; application/json was expected.'),
  },
  'with a file where a form is expected': {
    request: ['POST', '/datasets', { 'content-type': 'text/csv' }, 'a,b\n1,2\n'],
    refusal: mediaType('The body is text/csv; multipart/form-data was expected.'),
  },
  'with a form that ends too early': {
    request: [
      'POST',
      '/datasets',
      { 'content-type': 'multipart/form-data; boundary=x' },
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n',
    ],
    refusal: unreadable('Unexpected end of multipart data'),
  },
  'with many mistakes': {
    request: [
      'POST',
      '/projects',
      json,
      JSON.stringify({ name: '', datasetVersionId: 'x', partitioning: { folds: 'five' }, colour: 'red' }),
    ],
    refusal: {
      status: 422,
      code: 'request.invalid',
      detail: 'The body has 4 mistakes.',
      hint: eachSays,
      findings: [
        {
          code: 'schema.wrong',
          message: '"name" must be text that is not blank of at most 255 characters, found "".',
          place: { pointer: '/name' },
        },
        {
          code: 'schema.wrong',
          message: '"datasetVersionId" must be text matching ^[a-zA-Z]+_[0-9a-z]{16,32}$, found "x".',
          place: { pointer: '/datasetVersionId' },
        },
        {
          code: 'schema.wrong',
          message: '"folds" must be a whole number, at least 1 and at most 20, found "five".',
          place: { pointer: '/partitioning/folds' },
        },
        {
          code: 'schema.unknownKey',
          message: '"colour" is not known here.',
          hint: 'Known here: name, datasetVersionId, target, targetType, positiveClass, metric, partitioning, features, weights, downsampling.',
          place: { pointer: '/colour' },
        },
      ],
    },
  },
  'with a name of 12 MB': {
    request: ['POST', '/tokens', json, JSON.stringify({ name: 'x'.repeat(12 * 2 ** 20) })],
    refusal: {
      status: 422,
      code: 'request.invalid',
      detail: 'The body has a mistake.',
      hint: eachSays,
      findings: [
        {
          code: 'schema.wrong',
          message: `"name" must be text that is not blank of at most 255 characters, found "${'x'.repeat(56)}….`,
          place: { pointer: '/name' },
        },
      ],
    },
  },
  'with lists in lists without end': {
    request: ['POST', '/tokens', json, '['.repeat(100_000) + ']'.repeat(100_000)],
    refusal: {
      status: 422,
      code: 'request.invalid',
      detail: 'The body has a mistake.',
      hint: eachSays,
      findings: [
        {
          code: 'schema.wrong',
          message: 'The value must be an object, found a list of one.',
          place: { pointer: '' },
        },
      ],
    },
  },
  'with text that no database holds': {
    request: ['POST', '/tokens', json, JSON.stringify({ name: 'a\0b' })],
    refusal: {
      status: 422,
      code: 'request.text',
      detail: 'The body has text with the character U+0000, or half of a surrogate pair.',
      hint: 'Leave such characters out.',
    },
  },
  'with a query that nobody knows': {
    request: ['GET', '/projects?limit=0&order=up'],
    refusal: {
      status: 422,
      code: 'request.invalid',
      detail: 'The query has 2 mistakes.',
      hint: eachSays,
      findings: [
        {
          code: 'schema.wrong',
          message: '"limit" must be a whole number, at least 1 and at most 200, found 0.',
          place: { pointer: '/limit' },
        },
        {
          code: 'schema.unknownKey',
          message: '"order" is not known here.',
          hint: 'Known here: cursor, limit, search.',
          place: { pointer: '/order' },
        },
      ],
    },
  },
  'to an address that nothing answers': {
    request: ['GET', '/nothing'],
    refusal: {
      status: 404,
      code: 'request.notFound',
      detail: 'Nothing answers GET /api/v1/nothing.',
      hint: 'The API lies below /api/v1; its document is /api/v1/openapi.json.',
    },
  },
  'for a thing that is not there': {
    request: ['GET', '/projects/project_0123456789abcdef'],
    refusal: {
      status: 404,
      code: 'object.notFound',
      detail: 'There is no project "project_0123456789abcdef", or you may not see it.',
      hint: 'Check the address; whoever sent it may have to share the object with you.',
    },
  },
  'with a token that is none': {
    request: ['GET', '/projects', { authorization: 'Bearer nonsense' }],
    refusal: {
      status: 401,
      code: 'account.wrongToken',
      detail: 'The token is not known, was revoked, or has expired.',
      hint: 'Make another one under your name, or with `modelsmith tokens create`.',
    },
  },
}

export const describeRequests = (actions: () => Actions, project: () => Project): void => {
  describe.concurrent('a request', () => {
    it.each(Object.entries(requests))('%s is refused', async (_, { request, refusal }) => {
      expect(await refusalOf(actions().send(...request))).toEqual(refusal)
    })

    it('to change a thing is refused without the version that was seen, and with another one', async () => {
      const change = (headers: Readonly<Record<string, string>>) =>
        refusalOf(
          actions().send('PATCH', `/projects/${project().id}`, { ...json, ...headers }, JSON.stringify({ name: 'b' })),
        )
      expect(await change({})).toEqual({
        status: 428,
        code: 'request.ifMatchMissing',
        detail: 'The header If-Match is missing.',
        hint: "Send the object's version in quotes, as its ETag said.",
      })
      expect(await change({ 'if-match': '"99"' })).toEqual({
        status: 412,
        code: 'object.changed',
        detail: 'Somebody changed it meanwhile: you saw version 99, it is at version 1.',
        hint: 'Load it again and repeat your change.',
      })
    })

    it('is refused under the idempotency key of another one, and answered again under its own', async () => {
      const create = (name: string) =>
        actions().client.call('createProject', {
          body: { name, datasetVersionId: project().datasetVersionId, target: 'sold' },
          idempotencyKey: 'the same key',
        })
      const first = await create('one')
      expect((await create('one')).id).toBe(first.id)
      expect(await refusalOf(create('two'))).toEqual({
        status: 409,
        code: 'request.idempotency',
        detail: 'This Idempotency-Key was used for another request, or the first one is still under way.',
        hint: 'Use a new key for a new request.',
      })
    })

    it('with no file, two files, or one that is too large is refused', async () => {
      const upload = (...files: readonly Uint8Array[]) =>
        refusalOf(
          actions().client.upload('uploadDataset', {
            files: files.map((bytes) => ({ name: 'a.csv', data: new Blob([bytes as BlobPart]) })),
          }),
        )
      const hint = 'Send one CSV or Parquet file as the field `file`.'
      const noFile = { status: 422, code: 'dataset.noFile', hint }
      const small = new Uint8Array(1)
      expect(await upload()).toEqual({ ...noFile, detail: 'The upload has 0 files; exactly one was expected.' })
      expect(await upload(small, small)).toEqual({
        ...noFile,
        detail: 'The upload has 2 files; exactly one was expected.',
      })
      expect(await upload(new Uint8Array((limits.uploadMb + 1) * 2 ** 20))).toMatchObject({
        status: 413,
        detail: 'The body is larger than 24 MB.',
      })
    })
  })
}
