import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { packNpm } from './package/npm.ts'
import { stage } from './package/stage.ts'
import { buildWheel } from './package/wheel.ts'

/** Makes what installs the command without a clone: a package for `npm install -g` and a wheel for `pip install`. */
const { values } = parseArgs({ options: { output: { type: 'string', default: 'dist' } } })
const root = join(import.meta.dirname, '..')
const output = resolve(values.output)
mkdirSync(output, { recursive: true })
const folder = join(output, '.staged')
try {
  const staged = await stage(root, folder)
  for (const made of [await packNpm(staged, output), buildWheel(staged, root, output)])
    console.log(`${(made.bytes / 2 ** 20).toFixed(1)} MB  ${made.path}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
