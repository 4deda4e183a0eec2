import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { dataDir, installed } from '../../e2e/support/environments.ts'

/**
 * Each folder of `cases` breaks one rule of the task contract, or looks as if it did; beside it stands, for each language, all that
 * its author is told. `npx vitest run conformance/contract -u` writes it anew; `docs/reference/task-messages.md` is made from it.
 */
const cases = join(import.meta.dirname, 'cases')
const run = promisify(execFile)

type Said = { readonly name: string; readonly said: string }

describe.each([
  { language: 'python', environment: 'python-ml', entry: 'custom.py' },
  { language: 'r', environment: 'r-ml', entry: 'custom.R' },
])('what an author is told of a folder in $language', ({ language, environment, entry }) => {
  let answers: readonly Said[]

  beforeAll(async () => {
    await installed(environment)
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'try.ts'), language], {
      env: { ...process.env, MODELSMITH_DATA: dataDir },
      // What the cases print, 100 MB of it, is printed to standard error.
      maxBuffer: 2 ** 29,
    })
    answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Said)
  }, 900_000)

  it.each(readdirSync(cases).filter((name) => existsSync(join(cases, name, entry))))('%s', async (name) => {
    const { said } = answers.find((answer) => answer.name === name) as Said
    const { holds } = JSON.parse(readFileSync(join(cases, name, 'case.json'), 'utf8')) as { holds?: true }
    expect(said.startsWith('It keeps the task contract.')).toBe(holds === true)
    await expect(said).toMatchFileSnapshot(join(cases, name, `${language}.txt`))
  })
})
