import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LockedFile } from './environment-lock.ts'
import { runnerError } from './errors.ts'
import { whileHolding } from './install-lock.ts'
import { runStep } from './install-step.ts'

/** Packages of Debian unpacked beside the system: nothing is installed in it, and none of their scripts is run. */
export type DebianLayer = {
  /** Holds `usr/…`. */
  readonly root: string
  readonly packages: readonly LockedFile[]
}

/** Folders of a layer's shared libraries, for `LD_LIBRARY_PATH`: the linker's own list knows only the system's. */
export const libraryFolders = ({ root }: DebianLayer): string[] => {
  const machine = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  const folders = [`usr/lib/${machine}`, `lib/${machine}`, 'usr/lib']
  // Which of several BLAS is taken is a link that their installation scripts would set.
  return ['openblas-pthread', 'openblas', 'blas', 'lapack']
    .map((name) => `usr/lib/${machine}/${name}`)
    .concat(folders)
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
}

type Options = {
  readonly folder: string
  readonly onProgress: (step: string) => void
}

const layerFile = 'layer.json'
const listsAreGoodForMs = 24 * 3600_000

/** What the system lacks of these packages and of what they depend on. Asked for twice, it is made once. */
export const debianLayer = async (names: readonly string[], { folder, onProgress }: Options): Promise<DebianLayer> => {
  const known = await readLayer(names, folder)
  if (known !== undefined) return known
  await mkdir(folder, { recursive: true })
  return whileHolding(join(folder, 'apt.running'), async () => {
    const made = await readLayer(names, folder)
    if (made !== undefined) return made
    const place = placeOf(names, folder)
    const packages = await unpack(names, place, join(folder, 'apt'), onProgress)
    return { root: join(place, 'root'), packages }
  })
}

/** Where the layer of these packages lies. */
export const placeOf = (names: readonly string[], folder: string): string =>
  join(folder, `debian-${createHash('sha256').update(JSON.stringify(names.toSorted())).digest('hex').slice(0, 12)}`)

/** The layer of these packages, if it was made already. */
export const readLayer = (names: readonly string[], folder: string): Promise<DebianLayer | undefined> => {
  const place = placeOf(names, folder)
  return readFile(join(place, layerFile), 'utf8').then(
    (text) => ({ root: join(place, 'root'), packages: JSON.parse(text) as LockedFile[] }),
    () => undefined,
  )
}

const unpack = async (
  names: readonly string[],
  place: string,
  apt: string,
  onProgress: (step: string) => void,
): Promise<LockedFile[]> => {
  const making = `${place}.new`
  await rm(making, { recursive: true, force: true })
  await mkdir(join(making, 'archives', 'partial'), { recursive: true })
  await mkdir(join(making, 'root'), { recursive: true })
  const options = await readyLists(apt, onProgress)
  const asked = ['install', '--yes', '--no-install-recommends', ...names]
  const plan = await runStep('apt-get', [...options, '-qq', '--print-uris', ...asked])
  if (!plan.ok) throw refusal(names, plan.output)
  const sizes = [...plan.output.matchAll(/^'\S+' \S+ (\d+)/gm)].map(([, size]) => Number(size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  onProgress(`${sizes.length} packages of Debian, ${(bytes / 1e6).toFixed(1)} MB to download`)
  const archives = join(making, 'archives')
  const fetched = await runStep(
    'apt-get',
    [...options, '-o', `Dir::Cache::archives=${archives}`, '--download-only', ...asked],
    (line) => {
      const each = /^Get:\d+ \S+ \S+ \S+ (\S+) \S+ (\S+) \[(.*)\]/.exec(line)
      if (each !== null) onProgress(`downloading ${each[1]} ${each[2]} (${each[3]})`)
    },
  )
  if (!fetched.ok) throw refusal(names, fetched.output)
  onProgress('unpacking')
  const packages: LockedFile[] = []
  for (const file of (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort()) {
    const path = join(archives, file)
    const { ok, output } = await runStep('dpkg-deb', ['-x', path, join(making, 'root')])
    if (!ok) throw refusal(names, output)
    const [name = '', version = ''] = file.split('_')
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    packages.push({ name, version: decodeURIComponent(version), sha256 })
  }
  await rm(archives, { recursive: true })
  await writeFile(join(making, layerFile), JSON.stringify(packages, null, 2))
  await rm(place, { recursive: true, force: true })
  await rename(making, place)
  return packages
}

/** apt on lists of our own, which any user may fetch; signatures are checked with the system's keys. */
const readyLists = async (folder: string, onProgress: (step: string) => void): Promise<string[]> => {
  const state = join(folder, 'state')
  await mkdir(join(state, 'lists', 'partial'), { recursive: true })
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true })
  const options = [
    '-o',
    `Dir::State=${state}`,
    '-o',
    `Dir::Cache=${join(folder, 'cache')}`,
    '-o',
    'Dir::State::status=/var/lib/dpkg/status',
    '-o',
    'Debug::NoLocking=1',
    ...(process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []),
  ]
  const stamp = join(state, 'fetched')
  const age = await stat(stamp).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Number.POSITIVE_INFINITY,
  )
  if (age < listsAreGoodForMs) return options
  onProgress("fetching Debian's lists of packages")
  const { ok, output } = await runStep('apt-get', [...options, '-qq', 'update']).catch(
    (error: NodeJS.ErrnoException) => ({
      ok: false,
      output: error.message,
    }),
  )
  if (!ok) throw runnerError('environment.debian', { problem: lastLine(output) }, { cause: new Error(output) })
  await writeFile(stamp, '')
  return options
}

const refusal = (names: readonly string[], output: string): Error => {
  const missing = [...output.matchAll(/Unable to locate package (\S+)/g)].map(([, name = '']) => name)
  return missing.length > 0
    ? runnerError('requirements.notInDebian', { packages: missing })
    : runnerError(
        'environment.debian',
        { problem: `${names.join(', ')}: ${lastLine(output)}` },
        { cause: new Error(output) },
      )
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? ''
