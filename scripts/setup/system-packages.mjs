import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { run } from './command.mjs'
import { SetupFailure } from './failure.mjs'
import { step } from './progress.mjs'

/** @typedef {'start' | 'test'} Purpose */

/**
 * @typedef {object} SystemPackage
 * @property {string} debian Debian's names, separated by spaces
 * @property {string} reason what it is for
 * @property {readonly Purpose[]} wanted when it is looked for
 * @property {readonly Purpose[]} needed when we stop without it
 * @property {() => Promise<boolean>} isThere
 */

const succeeds = async (/** @type {string} */ program, /** @type {readonly string[]} */ args) =>
  (await run(program, args)).status === 0

const R_PACKAGES = ['base', 'jsonlite', 'MASS', 'Matrix', 'nnet', 'rpart', 'survival']
const R_LIBRARIES = ['/usr/lib/R/library', '/usr/lib/R/site-library']

/** What the product takes from the system, and why. bubblewrap and a compiler are not among it. @type {readonly SystemPackage[]} */
const SYSTEM_PACKAGES = [
  {
    debian: 'util-linux',
    reason: 'setpriv starts PostgreSQL as another user and ends it with us',
    wanted: ['start', 'test'],
    needed: ['start', 'test'],
    isThere: () => succeeds('setpriv', ['--version']),
  },
  {
    debian: 'python3 python3-venv',
    reason: 'Python 3.9 or newer runs the code of tasks',
    wanted: ['start', 'test'],
    needed: ['test'],
    isThere: () => succeeds('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))']),
  },
  {
    debian: 'libgomp1',
    reason: 'LightGBM computes in threads with it',
    wanted: ['start', 'test'],
    needed: ['test'],
    isThere: () => succeeds('sh', ['-c', 'PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q libgomp.so.1']),
  },
  {
    debian: 'r-base-core r-cran-jsonlite r-cran-mass r-cran-matrix r-cran-nnet r-cran-rpart r-cran-survival',
    reason: 'the tests run the code of tasks in R',
    wanted: ['test'],
    needed: ['test'],
    isThere: async () => R_PACKAGES.every((name) => R_LIBRARIES.some((folder) => existsSync(join(folder, name)))),
  },
  {
    debian: 'podman runc mmdebstrap',
    reason: 'the tests build and run containers, from an image that they make of Debian packages',
    wanted: ['test'],
    needed: [],
    isThere: async () =>
      (await succeeds('podman', ['--version'])) &&
      (await succeeds('mmdebstrap', ['--version'])) &&
      (await succeeds('sh', ['-c', 'PATH=$PATH:/sbin:/usr/sbin command -v runc'])),
  },
  {
    debian: 'chromium',
    reason: 'the browser journey of the tests runs in it',
    wanted: ['test'],
    needed: [],
    isThere: async () => findChromium() !== undefined,
  },
]

const missingFor = async (/** @type {Purpose} */ purpose) => {
  const wanted = SYSTEM_PACKAGES.filter((one) => one.wanted.includes(purpose))
  const there = await Promise.all(wanted.map((one) => one.isThere()))
  return wanted.filter((_, index) => !there[index])
}

const namesOf = (/** @type {readonly SystemPackage[]} */ packages) =>
  packages.flatMap(({ debian }) => debian.split(' '))

const installAsRoot = (/** @type {readonly SystemPackage[]} */ missing) =>
  step(`System packages: ${namesOf(missing).join(', ')}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update'], { env })
    // apt may fail over packages of others; whether ours are there is looked at afterwards.
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...namesOf(missing)], { env })
  })

/**
 * Brings what the system lacks: root installs it; a plain user is told the one command for the administrator, and it
 * goes on where the rest works without.
 */
export const bringSystemPackages = async (/** @type {Purpose} */ purpose) => {
  const wanting = await missingFor(purpose)
  if (wanting.length === 0) return
  const mayInstall = process.getuid?.() === 0 && (await succeeds('apt-get', ['--version']))
  if (mayInstall) await installAsRoot(wanting)
  const missing = mayInstall ? await missingFor(purpose) : wanting
  if (missing.length === 0) return
  const reasons = missing.map(({ debian, reason }) => `  ${debian}: ${reason}`).join('\n')
  const command = `apt-get install --no-install-recommends ${namesOf(missing).join(' ')}`
  const hint = `An administrator installs it once (on Debian and Ubuntu): sudo ${command}`
  if (missing.some(({ needed }) => needed.includes(purpose)))
    throw new SetupFailure(`The system lacks what is needed:\n${reasons}`, hint)
  console.log(`The system lacks:\n${reasons}\nIt goes on without. ${hint}`)
}
