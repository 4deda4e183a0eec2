import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomFrom } from '@modelsmith/domain'
import { hostIrises, irisRow } from '../../e2e/support/irises.ts'
import { startProduct } from '../../e2e/support/product.ts'

/**
 * `npm run prove -- clients [SEED]`: the same rows asked of a deployment through clients of others: curl, Triton's and KServe's of the Open
 * Inference Protocol, MLflow's, and our own. All answer what the API answers, to the bit.
 */
const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31)
const rowCount = 500
const here = join(import.meta.dirname, '../../conformance/clients')
const place = mkdtempSync(join(tmpdir(), 'ms-clients-'))
const python = join(place, 'bin/python')
const quiet = ['-q', '--disable-pip-version-check']
execFileSync(process.env['MODELSMITH_PYTHON'] ?? 'python3', ['-m', 'venv', place])
execFileSync(python, ['-m', 'pip', 'install', ...quiet, '-r', join(here, 'requirements.txt')])
execFileSync(python, ['-m', 'pip', 'install', ...quiet, '--no-deps', join(import.meta.dirname, '../../clients/python')])

const random = randomFrom(seed)
/** From 0 to 1. */
const next = (): number => random() / 2 ** 32
const rows = Array.from({ length: rowCount }, () =>
  irisRow(4 + 4 * next(), 2 + 2.5 * next(), 1 + 6 * next(), 0.1 + 2.5 * next()),
)
const names = Object.keys(rows[0] ?? {})

type Answer = { readonly prediction: readonly string[]; readonly probabilities: readonly (readonly number[])[] }

const product = await startProduct({ env: { MODELSMITH_TOUR: 'off' } })
try {
  const deployment = await hostIrises(product.client)
  const { predictions } = await product.client.call('predict', { params: { id: deployment }, body: { rows } })
  const expected: Answer = {
    prediction: predictions.map(({ prediction }) => String(prediction)),
    probabilities: predictions.map(({ probabilities = {} }) => Object.values(probabilities)),
  }
  const given = {
    address: `127.0.0.1:${product.servingPort}`,
    server: new URL(product.address).host,
    deployment,
    token: product.token,
    rows: Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])),
  }
  const out = execFileSync(python, [join(here, 'ask.py')], { input: JSON.stringify(given), encoding: 'utf8' })
  const answers = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Readonly<Record<string, Answer>>
  const versions = execFileSync(python, ['-m', 'pip', 'freeze'], { encoding: 'utf8' })
  const named = /^(?:tritonclient|kserve|mlflow-skinny)==.*$/gm
  console.log(
    `seed ${seed}, ${rowCount} rows, a scikit-learn 0.21.3 decision tree; ${versions.match(named)?.join(', ')}\n`,
  )
  const differing = Object.entries(answers).map(([client, answer]) => {
    const apart = expected.prediction.filter(
      (prediction, row) =>
        answer.prediction[row] !== prediction ||
        JSON.stringify(answer.probabilities[row]) !== JSON.stringify(expected.probabilities[row]),
    ).length
    console.log(`${client.padEnd(24)}${apart === 0 ? 'the same labels and probabilities' : `${apart} rows DIFFER`}`)
    return apart
  })
  const classes = new Set(expected.prediction).size
  console.log(`\n${classes} classes were predicted.`)
  process.exitCode = differing.length === 6 && differing.every((apart) => apart === 0) && classes === 3 ? 0 : 1
} finally {
  await product.remove()
  rmSync(place, { recursive: true, force: true })
}
