import { join } from 'node:path'
import type { DeploymentAccuracy, Operation } from '@modelsmith/api'
import { openPredictionLog, servingPaths } from '@modelsmith/serving'
import { textColumn } from '@modelsmith/table'
import { hostIrises, irisFields } from '../../e2e/support/irises.ts'
import { startProduct, until } from '../../e2e/support/product.ts'

/**
 * Health, drift and accuracy of a deployment over 10,000,000 logged rows (or as many as are named) of a month, any range, after
 * 100,000 late actual values, from a product that has just started: each answer under a second. The rows go the way of all
 * others: segments of the log, shipped and counted by a worker.
 */
const rows = Number(process.argv[2] ?? 10_000_000)
const actualCount = Math.min(100_000, rows)
const requestRows = Math.min(10_000, rows)
const requests = Math.ceil(rows / requestRows)
const monthMs = 30 * 86_400_000
const end = Date.now() - 3_600_000
const limitMs = 1000

const log = (text: string) => console.log(text)
const timed = async <T>(work: () => Promise<T>): Promise<readonly [T, number]> => {
  const started = performance.now()
  return [await work(), performance.now() - started]
}

let product = await startProduct({ env: { MODELSMITH_TOUR: 'off' } })
let held = true
try {
  const id = await hostIrises(product.client)
  const params = { id }
  const { release, classes } = await product.client.call('getDeployment', { params })
  const writer = openPredictionLog(join(product.data, 'serving', servingPaths.log))
  const [, writeMs] = await timed(async () => {
    for (let request = 0; request < requests; request++) {
      const values = (of: (row: number) => number) => Float64Array.from({ length: requestRows }, (_, row) => of(row))
      const column = (of: (row: number) => number) =>
        ({ kind: 'float64', values: values(of), validity: undefined }) as const
      const columns = irisFields.map((_, at) => column((row) => at + ((row * (at + 3) + request) % 97) / 10))
      const shares = classes.map((_, at) => column((row) => ((row + request) % classes.length === at ? 0.8 : 0.1)))
      const ids = Array.from({ length: requestRows }, (_, row) => `row ${request * requestRows + row}`)
      writer.append(
        {
          requestId: `request_${request}`,
          deploymentId: id,
          releaseId: release.id,
          at: new Date(end - monthMs + (monthMs * request) / requests).toISOString(),
          rows: requestRows,
          latencyMs: 1 + (request % 50),
          status: 'ok',
          errorCode: null,
        },
        {
          inputs: {
            schema: { columns: irisFields.map((name) => ({ name, type: 'number' })) },
            rows: requestRows,
            columns,
          },
          scores: {
            schema: { columns: classes.map((name) => ({ name, type: 'number' })) },
            rows: requestRows,
            columns: shares,
          },
          ids: {
            schema: { columns: [{ name: 'id', type: 'text' }] },
            rows: requestRows,
            columns: [textColumn(ids, 'text')],
          },
          outcome: { targetType: 'multiclass', classes },
        },
      )
      // A segment lasts half a second: the timer that ends it must have its turn.
      await new Promise((resolve) => setImmediate(resolve))
    }
    writer.close()
  })
  log(
    `${(requests * requestRows).toLocaleString('en')} rows in ${requests} requests logged in ${Math.round(writeMs / 1000)} s`,
  )
  const counted = async () =>
    (await product.client.call('getHealth', { params, query: { from: new Date(end - monthMs - 1).toISOString() } }))
      .requests
  const [, countMs] = await timed(() =>
    until(7_200_000, async () => ((await counted()) === requests ? true : undefined), 1000),
  )
  log(`counted ${Math.round(countMs / 1000)} s later`)

  const [, actualMs] = await timed(async () => {
    for (let start = 0; start < actualCount; start += 20_000) {
      const actuals = Array.from({ length: Math.min(20_000, actualCount - start) }, (_, at) => ({
        associationId: `row ${Math.floor(((start + at) * rows) / actualCount)}`,
        actual: classes[at % classes.length] as string,
      }))
      await product.client.call('addActuals', { params, body: { actuals } })
    }
  })
  log(`${actualCount.toLocaleString('en')} late actual values taken in ${(actualMs / 1000).toFixed(1)} s`)

  await product.stop()
  product = await startProduct({ again: product, env: { MODELSMITH_TOUR: 'off' } })
  const ranges = { 'a month': monthMs + 1, 'a week': 7 * 86_400_000, 'a day': 86_400_000 }
  for (const [name, ms] of Object.entries(ranges)) {
    const query = { from: new Date(end - ms).toISOString() }
    const asked: readonly (readonly [Operation, object])[] = [
      ['getHealth', query],
      ['getDrift', query],
      ['getFeatureDrift', { ...query, name: irisFields[0] }],
      ['getAccuracy', query],
    ]
    for (const [operation, own] of asked) {
      const [answer, taken] = await timed(() => product.client.call(operation, { params, query: own } as never))
      held &&= taken < limitMs
      log(`${operation} over ${name}: ${Math.round(taken)} ms`)
      if (operation === 'getAccuracy' && name === 'a month') {
        const { actuals } = (answer as unknown as DeploymentAccuracy).releases[0] ?? { actuals: 0 }
        held &&= actuals === actualCount
        log(`  standing on ${actuals.toLocaleString('en')} rows with an actual value`)
      }
    }
  }
} finally {
  await product.remove()
}
if (!held) process.exitCode = 1
