import { ModelsmithError, numberColumn, type Table } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { openChallenger } from './open-challenger.ts'
import { type AskedRequest, scoreRequests } from './score-rows.ts'

const { signal } = new AbortController()

const request = (id: number, sizes: readonly number[], name = 'size'): AskedRequest => {
  const table = (column: string): Table => ({
    schema: { columns: [{ name: column, type: 'number' }] },
    rows: sizes.length,
    columns: [numberColumn(sizes)],
  })
  const outcome = { targetType: 'regression', classes: [] } as const
  return {
    entry: {
      requestId: `r${id}`,
      deploymentId: 'd',
      releaseId: 'r',
      at: '2026-01-31T12:00:00.000Z',
      rows: sizes.length,
      latencyMs: 1,
      status: 'ok',
      errorCode: null,
    },
    rows: { inputs: table(name), scores: table('prediction'), ids: undefined, outcome },
  }
}

/** A model that doubles sizes of up to three rows at a time, and throws this where a size is below zero. */
const doubling = (error: ModelsmithError) => {
  const counts = { opened: 0, closed: 0 }
  const model = openChallenger(async () => {
    counts.opened++
    return {
      inputs: [{ name: 'size', type: 'number' as const }],
      outcome: { targetType: 'regression', classes: [] },
      batchRows: 3,
      predict: async ({ rows, columns }: Table): Promise<Table> => {
        const values = Array.from((columns[0] as { values: Float64Array }).values.subarray(0, rows))
        if (values.some((value) => value < 0)) throw error
        return {
          schema: { columns: [{ name: 'Predictions', type: 'number' }] },
          rows,
          columns: [numberColumn(values.map((value) => value * 2))],
        }
      },
      close: async () => void counts.closed++,
    }
  }, signal)
  return { model, counts }
}

const refused = new ModelsmithError({ code: 'task.raised', kind: 'userCode', message: 'Below zero.' })
const died = new ModelsmithError({ code: 'session.died', kind: 'userCode', message: 'The session died.' })

const words = (scored: Awaited<ReturnType<typeof scoreRequests>>) =>
  scored.map((each) =>
    'failure' in each ? each.failure.code : Array.from((each.scores.columns[0] as { values: Float64Array }).values),
  )

it('scores requests together, and fails those alone whose rows are wrong', async () => {
  const { model, counts } = doubling(refused)
  const requests = [request(1, [1, 2]), request(2, [3, -1]), request(3, [4]), request(4, [5], 'weight')]
  const scored = await scoreRequests(model, requests, signal)
  expect(words(scored)).toEqual([[2, 4], 'task.raised', [8], 'challenger.fieldsMissing'])
  expect(scored[3]).toMatchObject({ failure: { message: expect.stringContaining('"size"') } })
  await model.close()
  expect(counts).toEqual({ opened: 1, closed: 1 })
})

it('opens a model again that ended at a row, and gives up where it ends at every one', async () => {
  const { model, counts } = doubling(died)
  const once = await scoreRequests(model, [request(1, [1]), request(2, [-1]), request(3, [3])], signal)
  expect(words(once)).toEqual([[2], 'session.died', [6]])
  const all = await scoreRequests(
    model,
    Array.from({ length: 40 }, (_, at) => request(at, [-1])),
    signal,
  )
  expect(new Set(words(all))).toEqual(new Set(['session.died', 'challenger.tooManyEnds']))
  expect(counts.opened).toBeLessThan(25)
  await model.close()
  expect(counts.closed).toBe(counts.opened)
})

it('that cannot be opened again fails no rows', async () => {
  let opened = 0
  const gone = new ModelsmithError({ code: 'job.sandbox', kind: 'unavailable', message: 'No sandbox.' })
  const model = openChallenger(async () => {
    if (opened++ > 0) throw gone
    return {
      inputs: [{ name: 'size', type: 'number' as const }],
      outcome: { targetType: 'regression', classes: [] },
      batchRows: 3,
      predict: () => Promise.reject(died),
      close: async () => {},
    }
  }, signal)
  await expect(scoreRequests(model, [request(1, [1])], signal)).rejects.toThrow('No sandbox.')
})
