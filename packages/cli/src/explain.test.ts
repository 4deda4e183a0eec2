import { ApiError } from '@modelsmith/api'
import { expect, it } from 'vitest'
import { exitStatusOf, explain, explainAsJson, ofServer } from './explain.ts'

const refusal = await ofServer(
  new ApiError({
    type: '/docs/reference/errors.md#csvmissingcolumns',
    title: 'Not valid',
    status: 422,
    detail: 'The body has 2 mistakes.',
    code: 'request.invalid',
    requestId: '1',
    hint: 'Each finding says where and what was expected.',
    findings: [
      { code: 'schema.missing', message: '"name" is missing.' },
      { code: 'schema.wrong', message: '"rows" must be a list.', place: { line: 3 } },
    ],
  }),
)

it('says what a server refused in its words, without the path of our code', () => {
  expect(explain(refusal)).toBe(
    'The body has 2 mistakes.\n  "name" is missing.\n  line 3: "rows" must be a list.\nHint: Each finding says where and what was expected.\n',
  )
  expect(JSON.parse(explainAsJson(refusal))).toMatchObject({
    error: {
      code: 'request.invalid',
      kind: 'invalid',
      findings: [{ code: 'schema.missing' }, { code: 'schema.wrong' }],
    },
  })
  expect(exitStatusOf(refusal)).toBe(1)
})
