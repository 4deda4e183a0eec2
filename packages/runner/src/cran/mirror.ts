import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LockedFile } from '../environment-lock.ts'
import { runnerError } from '../errors.ts'
import { type MirrorPackage, parsePackages } from './packages-file.ts'

/** A CRAN-like repository that the operator has named: `MODELSMITH_CRAN`. */
export const configuredMirror = (): string | undefined =>
  process.env['MODELSMITH_CRAN']?.replace(/\/+$/, '') || undefined

const mostIndexBytes = 64 * 2 ** 20
const mostSourceBytes = 512 * 2 ** 20
const timeoutMs = 300_000

/** Everything that the mirror offers as source. */
export const readMirror = async (mirror: string): Promise<MirrorPackage[]> => {
  const bytes = await download(`${mirror}/src/contrib/PACKAGES`, mostIndexBytes)
  if (bytes === undefined) throw runnerError('requirements.mirror', { problem: 'it has no src/contrib/PACKAGES' })
  return parsePackages(bytes.toString('utf8'))
}

/** The sources of packages, each kept under its hash in the folder; hashes become known with the bytes. */
export const lockSources = async (
  mirror: string,
  packages: readonly MirrorPackage[],
  folder: string,
  onProgress: (step: string) => void,
): Promise<LockedFile[]> => {
  const locked: LockedFile[] = []
  for (const { name, version, md5 } of packages) {
    onProgress(`downloading ${name} ${version}`)
    const bytes = await download(`${mirror}/src/contrib/${fileOf(name, version)}`, mostSourceBytes)
    if (bytes === undefined)
      throw runnerError('requirements.mirror', { problem: `it lists ${name} ${version} and does not have it` })
    if (md5 !== undefined && hashOf('md5', bytes) !== md5)
      throw runnerError('requirements.otherBytes', { name, version, expected: `MD5 ${md5}` })
    const sha256 = hashOf('sha256', bytes)
    await keep(folder, sha256, bytes)
    locked.push({ name, version, sha256, from: 'mirror' })
  }
  return locked
}

/** The source of a locked package: kept, or fetched again from where mirrors keep the newest or from where they keep what was. */
export const sourceOf = async (
  mirror: string | undefined,
  { name, version, sha256 }: LockedFile,
  folder: string,
): Promise<string> => {
  const kept = join(folder, sha256)
  const isThere = await readFile(kept).then(
    (bytes) => hashOf('sha256', bytes) === sha256,
    () => false,
  )
  if (isThere) return kept
  if (mirror === undefined) throw runnerError('requirements.noMirror', { packages: [`${name} ${version}`] })
  const places = [`src/contrib/${fileOf(name, version)}`, `src/contrib/Archive/${name}/${fileOf(name, version)}`]
  let found = false
  for (const place of places) {
    const bytes = await download(`${mirror}/${place}`, mostSourceBytes)
    found ||= bytes !== undefined
    if (bytes === undefined || hashOf('sha256', bytes) !== sha256) continue
    await keep(folder, sha256, bytes)
    return kept
  }
  throw found
    ? runnerError('requirements.otherBytes', { name, version, expected: `SHA-256 ${sha256}` })
    : runnerError('requirements.mirror', { problem: `it no longer has ${name} ${version}` })
}

const fileOf = (name: string, version: string): string => `${name}_${version}.tar.gz`

const hashOf = (kind: 'md5' | 'sha256', bytes: Buffer): string => createHash(kind).update(bytes).digest('hex')

const keep = async (folder: string, sha256: string, bytes: Buffer): Promise<void> => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${sha256}.${process.pid}`), bytes)
  await rename(join(folder, `${sha256}.${process.pid}`), join(folder, sha256))
}

/** The bytes; undefined where the mirror answers that there are none. */
const download = async (address: string, most: number): Promise<Buffer | undefined> => {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) })
    if (answer.status === 404 || answer.status === 410) {
      await answer.body?.cancel()
      return undefined
    }
    if (!answer.ok || answer.body === null) throw new Error(`it answered with status ${answer.status}`)
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of answer.body) {
      length += part.length
      if (length > most) throw new Error(`${new URL(address).pathname} is larger than ${most / 2 ** 20} MB`)
      parts.push(part)
    }
    return Buffer.concat(parts)
  } catch (error) {
    const { message, cause } = error as Error
    throw runnerError(
      'requirements.mirror',
      { problem: cause instanceof Error && cause.message !== '' ? cause.message : message },
      { cause: error },
    )
  }
}
