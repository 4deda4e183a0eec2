import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunner, findPythons } from '@modelsmith/runner'
import { afterAll, expect, it } from 'vitest'
import { dataDir } from '../../e2e/support/environments.ts'
import { cases } from './cases.ts'
import { trainIn } from './train.ts'

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-envs-'))
chmodSync(folder, 0o755)
const runner = createRunner({ runtimeDir: join(folder, 'run') })

afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

it.each(Object.entries(cases))('%s', { timeout: 900_000 }, async (name, given) => {
  const place = join(folder, name.replace(/\W+/g, '-'))
  mkdirSync(place)
  const outcome = await trainIn(given, { runner, folder: place, dataDir }).then(
    ({ artifacts, prints, predictions }) => {
      const said = prints.findLast((line) => line.trim() !== '')?.trim()
      return `${artifacts.join(', ')}, ${predictions.filter(Number.isFinite).length} predictions: ${said}`
    },
    (error: Error) => error.message,
  )
  const lacks = given.python !== undefined && !(await findPythons()).some(({ minor }) => minor === given.python)
  expect(outcome).toMatch(
    new RegExp(
      lacks
        ? `^No Python of the versions ${given.python} was found; there is 3\\.`
        : `^${given.artifact}, 40 predictions: ${given.prints.source.slice(1)}`,
    ),
  )
})
