import { join } from 'node:path'
import type { Operation } from '@modelsmith/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith } from './support/environments.ts'
import { type AskedProduct, startAskedProduct } from '../conformance/hostile-api/product.ts'
import { beHostile, familiesOf, installSchemathesis } from '../conformance/hostile-api/schemathesis.ts'
import { addAsker, idsOf, makeExamples, makeLasting } from '../conformance/hostile-api/world.ts'

let product: AskedProduct
let schemathesis: Awaited<ReturnType<typeof installSchemathesis>>

beforeAll(async () => {
  const environments = await environmentsWith('python-core', 'python-ml', 'python-search')
  product = await startAskedProduct(environments)
  schemathesis = await installSchemathesis(join(environments, 'python-core/venv/bin/python'))
}, 600_000)
afterAll(async () => {
  await schemathesis?.remove()
  await product?.remove()
})

it('answers an administrator nothing that is a bug or outside its schema, and every example', async () => {
  // Every change is asked the same; requests that nobody has seen yet are for the proof.
  const seed = Number(process.env['SEED'] ?? 730480716)
  console.log(`SEED=${seed}`)
  const asker = await addAsker(product, 'administrator')
  const lasting = await makeLasting(product.client)
  const examples = await makeExamples(product.client, asker, lasting, product.signInByProvider)
  const { held, counts, report } = await beHostile({
    program: schemathesis.program,
    address: product.address,
    asker,
    examples,
    lasting: idsOf(lasting),
    seed,
    phases: ['examples', 'fuzzing'],
    most: 2,
  })
  expect(held ? '' : report).toBe('')
  const unreached = (Object.keys(examples) as Operation[]).filter((operation) => {
    const { ok, failed } = familiesOf(operation, counts)
    return ok === 0 || failed > 0
  })
  expect(unreached.map((operation) => ({ operation, answered: counts.examples?.[operation] }))).toEqual([])
}, 900_000)
