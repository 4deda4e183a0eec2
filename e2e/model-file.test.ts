import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { outputsOf, printable, programOf, stepsOf } from './support/pages-as-programs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
let place: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'ms-model-file-'))
  // A clone as the page sees it; what it writes stays beside it.
  for (const name of ['fixtures', 'packages']) await symlink(join(root, name), join(place, name))
})
afterAll(() => rm(place, { recursive: true, force: true }))

it('does what the tutorial of a model file says', async () => {
  const steps = await stepsOf(join(root, 'docs/tutorials/model-file.md'), 'sh')
  expect(steps.filter(({ shown }) => shown !== undefined)).toHaveLength(4)
  const program = programOf(steps, (text) => `echo '${text}'`)
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', program], {
    cwd: place,
    env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, HOME: place },
  })
  const outputs = outputsOf(stdout)
  const compared = steps.flatMap(({ shown }, index) =>
    shown === undefined ? [] : [{ shown, printed: outputs[index] }],
  )
  for (const { shown, printed } of compared)
    expect(printed?.split('\n')).toEqual(printable(shown).map((line) => expect.stringMatching(line)))
})
