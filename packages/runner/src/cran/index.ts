import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LockedFile } from '../environment-lock.ts'
import { whileHolding } from '../install-lock.ts'
import type { RInstallation } from '../r.ts'
import type { Environment } from '../types.ts'
import { buildPackages } from './build.ts'
import { choosePackages } from './choose.ts'
import { configuredMirror, lockSources, readMirror, sourceOf } from './mirror.ts'

export { configuredMirror } from './mirror.ts'

type Options = {
  /** Where environments are kept. */
  readonly folder: string
  readonly onProgress: (step: string) => void
}

/** These packages and what they need in turn, by version and hash, each after what it needs. The mirror is asked once for the same names on the same R. */
export const lockFromMirror = async (
  mirror: string,
  names: readonly string[],
  r: RInstallation,
  { folder, onProgress }: Options,
): Promise<LockedFile[]> => {
  const key = hashOf([mirror, names.toSorted(), r])
  const file = join(folder, 'resolved', `cran-${key}.json`)
  const read = (): Promise<LockedFile[] | undefined> =>
    readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as LockedFile[],
      () => undefined,
    )
  const known = await read()
  if (known !== undefined) return known
  await mkdir(join(folder, 'resolved'), { recursive: true })
  return whileHolding(`${file}.resolving`, async () => {
    const made = await read()
    if (made !== undefined) return made
    onProgress(`looking for ${names.join(', ')} in the mirror of R packages`)
    const chosen = choosePackages(names, await readMirror(mirror), r)
    const locked = await lockSources(mirror, chosen, sourcesIn(folder), onProgress)
    await writeFile(`${file}.new`, JSON.stringify(locked))
    await rename(`${file}.new`, file)
    return locked
  })
}

/** The library of these packages, built once for the same R and the same hashes. */
export const builtLibrary = async (
  packages: readonly LockedFile[],
  below: Environment,
  { folder, onProgress }: Options,
): Promise<string> => {
  const content = [below.fingerprint, packages.map(({ name, version, sha256 }) => [name, version, sha256])]
  const place = join(folder, `cran-${hashOf(content)}`)
  const library = join(place, 'library')
  const isThere = () =>
    stat(library).then(
      () => true,
      () => false,
    )
  if (await isThere()) return library
  await mkdir(folder, { recursive: true })
  return whileHolding(`${place}.building`, async () => {
    if (await isThere()) return library
    const making = `${place}.new`
    await rm(making, { recursive: true, force: true })
    await mkdir(making, { recursive: true })
    try {
      const sources = []
      for (const each of packages)
        sources.push({ ...each, file: await sourceOf(configuredMirror(), each, sourcesIn(folder)) })
      onProgress(`building ${packages.map(({ name, version }) => `${name} ${version}`).join(', ')} from source`)
      await buildPackages(below, sources, join(making, 'library'), onProgress)
      await rename(making, place)
    } finally {
      await rm(making, { recursive: true, force: true })
    }
    return library
  })
}

const sourcesIn = (folder: string): string => join(folder, 'cran-sources')

const hashOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)
