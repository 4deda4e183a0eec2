import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './command.mjs'
import { SetupFailure } from './failure.mjs'
import { step } from './progress.mjs'

/** The packages whose sources the pages are made of. */
const SOURCES = ['web', 'table', 'domain', 'api']

const hashSources = async (/** @type {string} */ root) => {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')))
  for (const name of SOURCES) {
    const folder = join(root, 'packages', name)
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/\/(node_modules|dist|fixtures)\/|\.test\.tsx?$/.test(path))
      .sort()
    for (const path of paths) hash.update(path.slice(root.length)).update(await readFile(path))
  }
  return hash.digest('hex')
}

/** Builds the pages into `packages/web/dist` when their sources are others than those built last. */
export const buildWeb = async (/** @type {string} */ root) => {
  const stamp = join(root, 'packages/web/dist/.built')
  const wanted = await hashSources(root)
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return
  await step('Pages', async () => {
    const vite = join(root, 'node_modules/vite/bin/vite.js')
    const { status, output } = await run(process.execPath, [vite, 'build', '--logLevel=warn'], {
      cwd: join(root, 'packages/web'),
    })
    if (status !== 0) throw new SetupFailure(`${output}\nBuilding the pages failed.`, 'Vite said what is above.')
    await writeFile(stamp, wanted)
  })
}
