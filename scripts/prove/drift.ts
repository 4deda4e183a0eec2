import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, DeploymentDrift } from '@modelsmith/api'
import type { BlueprintGraph } from '@modelsmith/domain'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { boosting } from '../../bench/flights/product.ts'
import { jobEnded } from '../../e2e/support/jobs.ts'
import { startProduct, until } from '../../e2e/support/product.ts'

/**
 * `npm run prove -- drift TABLES`: whole real tables that really shift (TABLES holds flights.parquet, by month, and chicago.csv, by year). A
 * model is trained on the first part and asked every row of each other part over HTTP; what the product says of each feature's drift is
 * held to what numpy, scipy and evidently say of the same rows.
 */
const [tables] = process.argv.slice(2)
if (tables === undefined) {
  console.error('Usage: npm run prove -- drift TABLES')
  process.exit(2)
}
const rowsAtOnce = 5000
/** Equal up to rounding in the last digits; of evidently's and scipy's square roots of differences near 0 half as many. */
const within = { psi: 1e-9, jensenShannon: 1e-7, kolmogorovSmirnov: 1e-9, statistic: 1e-9, pValue: 1e-7 }

type Case = {
  readonly psi: number
  /** evidently puts the same in the place of a share of zero. */
  readonly zerosAlike: boolean
  readonly jensenShannon: number
  readonly evidently: { readonly psi: number; readonly jensenShannon: number }
  readonly bounds?: number
  readonly chiSquare?: { readonly statistic: number; readonly degreesOfFreedom: number; readonly pValue: number }
}
type Told = {
  readonly madeWith: Readonly<Record<string, string>>
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly target: string
        readonly baseline: number
        readonly types: Readonly<Record<string, string>>
        readonly parts: Readonly<Record<string, Readonly<Record<string, Case>>>>
        readonly rows: Readonly<Record<string, number>>
      }
    >
  >
}

const place = mkdtempSync(join(tmpdir(), 'ms-drift-'))
const python = join(place, 'venv/bin/python')
const here = join(import.meta.dirname, '../../conformance/drift')
execFileSync(process.env['MODELSMITH_PYTHON'] ?? 'python3', ['-m', 'venv', join(place, 'venv')])
execFileSync(python, ['-m', 'pip', 'install', '-q', '-r', join(here, 'requirements.txt')])
execFileSync(python, [join(here, 'whole.py'), tables, place])
const told = JSON.parse(readFileSync(join(place, 'expected.json'), 'utf8')) as Told

const numbersOnly: BlueprintGraph = {
  nodes: [{ id: 'model', taskVersion: 'builtin:gradient-boosting@1', inputs: [{ from: 'data', dataTypes: ['NUM'] }] }],
}

const ended = async (client: Client, id: string): Promise<void> => {
  const job = await jobEnded(client, id, 1_200_000)
  if (job.error !== null) throw new Error(job.error.message)
}

/** A model of the first part of a table, and the version of the dataset that it learnt from. */
const train = async (client: Client, name: string) => {
  const { target, baseline, types } = told.tables[name] as Told['tables'][string]
  const fileName = `${name}-${baseline}.csv`
  const data = new Blob([readFileSync(join(place, fileName))])
  const { dataset, job } = await client.upload('uploadDataset', { files: [{ name: fileName, data }] })
  await ended(client, job.id)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })
  const body = { name, datasetVersionId: latest.id, target, partitioning: { folds: 2 } }
  const project = await client.call('createProject', { body })
  const isOfNumbers = Object.values(types).every((type) => type === 'number')
  const training = await client.call('train', {
    params: { id: project.id },
    body: { name: 'Boosting', graph: isOfNumbers ? numbersOnly : boosting },
  })
  await ended(client, training.job.id)
  const { modelId } = await client.call('getTrainingRun', { params: { id: training.run.id } })
  if (modelId === null) throw new Error('The training gave no model.')
  return { modelId, datasetVersionId: latest.id }
}

const apart = (value: number | null, expected: number): number =>
  value === null ? Number.POSITIVE_INFINITY : Math.abs(value - expected) / Math.max(1, Math.abs(expected))

let [measures, wrong, otherZeros] = [0, 0, 0]
const furthest = new Map<string, number>()
const compare = (words: string, measure: keyof typeof within, value: number | null, expected: number): void => {
  const difference = apart(value, expected)
  measures++
  furthest.set(measure, Math.max(furthest.get(measure) ?? 0, difference))
  if (difference <= within[measure]) return
  wrong++
  console.log(`differs  ${words}: ${measure} ${value}, expected ${expected}`)
}

const compareAll = (words: string, drift: DeploymentDrift, expected: Readonly<Record<string, Case>>): void => {
  for (const [column, { psi, zerosAlike, evidently, jensenShannon, bounds, chiSquare }] of Object.entries(expected)) {
    const found = drift.features.find((each) => each.name === column && each.role === 'input')
    const of = `${words}, ${column}`
    compare(of, 'psi', found?.psi ?? null, psi)
    if (zerosAlike) compare(of, 'psi', found?.psi ?? null, evidently.psi)
    else otherZeros++
    compare(of, 'jensenShannon', found?.jensenShannon ?? null, jensenShannon)
    // evidently's has the base e.
    compare(of, 'jensenShannon', (found?.jensenShannon ?? Number.NaN) * Math.sqrt(Math.LN2), evidently.jensenShannon)
    if (bounds !== undefined) compare(of, 'kolmogorovSmirnov', found?.kolmogorovSmirnov ?? null, bounds)
    if (chiSquare === undefined) continue
    compare(of, 'statistic', found?.chiSquare?.statistic ?? null, chiSquare.statistic)
    compare(of, 'pValue', found?.chiSquare?.pValue ?? null, chiSquare.pValue)
  }
}

const product = await startProduct({
  env: { MODELSMITH_TOUR: 'off' },
  environments: await environmentsWith('python-core', 'python-ml'),
})
try {
  const { client } = product
  console.log(
    Object.entries(told.madeWith)
      .map((each) => each.join(' '))
      .join(', '),
  )
  for (const [name, { parts, rows, baseline }] of Object.entries(told.tables)) {
    const { modelId, datasetVersionId } = await train(client, name)
    let sent = 0
    for (const [part, expected] of Object.entries(parts)) {
      const { id } = await client.call('createDeployment', { body: { name: `${name} ${part}`, modelId } })
      const params = { id }
      await until(120_000, async () =>
        (await client.call('getDeployment', { params })).state === 'active' ? true : undefined,
      )
      await client.call('setBaseline', { params, body: { source: 'dataset', datasetVersionId } })
      const [header = '', ...lines] = readFileSync(join(place, `${name}-${part}.csv`), 'utf8')
        .trimEnd()
        .split('\n')
      for (let at = 0; at < lines.length; at += rowsAtOnce) {
        const answer = await fetch(`http://127.0.0.1:${product.servingPort}/api/v1/deployments/${id}/predictions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${product.token}`, 'content-type': 'text/csv', accept: 'text/csv' },
          body: [header, ...lines.slice(at, at + rowsAtOnce), ''].join('\n'),
        })
        if (!answer.ok) throw new Error(`${name} ${part}: ${answer.status} ${await answer.text()}`)
        await answer.arrayBuffer()
      }
      sent += lines.length
      const drift = await until(120_000, async () => {
        const now = await client.call('getDrift', { params })
        return now.rows === rows[part] ? now : undefined
      })
      compareAll(`${name} ${part}`, drift, expected)
      await client.call('deleteDeployment', {
        params,
        ifMatch: (await client.call('getDeployment', { params })).version,
      })
    }
    const columns = Object.keys(Object.values(parts)[0] ?? {}).length
    console.log(
      `${name}: ${columns} features, ${rows[String(baseline)]?.toLocaleString('en')} rows of ${baseline} beside ${sent.toLocaleString('en')} of ${Object.keys(parts).length} other parts`,
    )
  }
} finally {
  await product.remove()
  rmSync(place, { recursive: true })
}
for (const [measure, difference] of furthest)
  console.log(`  ${measure.padEnd(18)} at most ${difference.toExponential(1)} apart`)
console.log(
  `${measures} measures compared, ${wrong} differ; of ${otherZeros} features evidently puts less than 0.0001 in the place of a share of zero: their PSI is numpy's`,
)
process.exitCode = wrong === 0 ? 0 : 1
