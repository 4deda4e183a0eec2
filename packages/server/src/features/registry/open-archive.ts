import { readFile } from 'node:fs/promises'
import { ArchiveManifest, ArchiveSignature } from '@modelsmith/api'
import { check } from '@modelsmith/domain'
import type { UnpackedEntry } from '@modelsmith/serving'
import type { Finding } from '@modelsmith/table'
import { fingerprintOf, isSignedBy } from '../../infra/secrets/signing.ts'
import { plainFinding } from '../hosting/index.ts'
import { registryError } from './errors.ts'

type Whole = Extract<UnpackedEntry, { file: string }>

/** An archive of a trusted installation: its manifest is what was signed there, and the files that are as it says. */
export type OpenedArchive = {
  /** As it is called here. */
  readonly installation: string
  readonly fingerprint: string
  readonly manifest: ArchiveManifest
  /** Where each file lies that is as it was signed, by its path in the archive. */
  readonly files: ReadonlyMap<string, string>
  readonly findings: readonly Finding[]
}

/** What is not part of what is signed. */
const envelope: ReadonlySet<string> = new Set(['manifest.json', 'signature.json'])
/** Read before anybody is believed. */
const mostBytes = { 'manifest.json': 16 * 2 ** 20, 'signature.json': 4096 } as const
const format = 'modelsmith-release'

/** Believes nothing of an archive before its signature was checked with a key that somebody trusts. */
export const openArchive = async (
  entries: readonly UnpackedEntry[],
  nameOfKey: (publicKey: string) => Promise<string | undefined>,
): Promise<OpenedArchive> => {
  const read = async (path: keyof typeof mostBytes): Promise<Buffer> => {
    const entry = entries.find((each) => each.path === path)
    if (entry === undefined) throw registryError('archive.notOne', { missing: path })
    if ('damage' in entry) {
      const findings = [plainFinding(registryError('archive.damaged', { path, problem: entry.damage }))]
      throw registryError('archive.refused', { count: 1 }, { findings })
    }
    const most = mostBytes[path]
    if (entry.bytes > most) throw registryError('archive.envelope', { path, bytes: entry.bytes, most })
    return readFile(entry.file)
  }
  const [text, signed] = [await read('manifest.json'), jsonIn(await read('signature.json'))]
  if (check(ArchiveSignature, signed).length > 0) throw registryError('archive.signatureForm', {})
  const { publicKey, signature } = signed as ArchiveSignature
  const fingerprint = fingerprintOf(publicKey)
  const installation = await nameOfKey(publicKey)
  if (installation === undefined) throw registryError('archive.untrusted', { fingerprint: grouped(fingerprint) })
  if (!isSignedBy(publicKey, text, signature)) throw registryError('archive.signature', { installation })
  const manifest = manifestIn(text)
  return { installation, fingerprint, manifest, ...compare(entries, manifest) }
}

/** As people compare it, and as it fits a narrow page. */
const grouped = (fingerprint: string): string => fingerprint.replace(/(.{8})(?=.)/g, '$1 ')

const jsonIn = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

const manifestIn = (bytes: Buffer): ArchiveManifest => {
  const value = jsonIn(bytes) as Partial<Record<'format' | 'version', unknown>> | null | undefined
  if (value?.format !== format || value.version !== 1)
    throw registryError('archive.version', { found: `${String(value?.format)} ${String(value?.version)}` })
  const findings = check(ArchiveManifest, value)
  if (findings.length > 0) throw registryError('archive.manifest', { count: findings.length }, { findings })
  return value as ArchiveManifest
}

const compare = (
  entries: readonly UnpackedEntry[],
  manifest: ArchiveManifest,
): Pick<OpenedArchive, 'files' | 'findings'> => {
  const there = new Map(entries.map((entry) => [entry.path, entry]))
  const signed = new Set(manifest.files.map(({ path }) => path))
  const files = new Map<string, string>()
  const findings: Finding[] = []
  for (const { path, bytes, sha256 } of manifest.files) {
    const entry = there.get(path)
    if (entry === undefined) findings.push(plainFinding(registryError('archive.missing', { path })))
    else if ('damage' in entry)
      findings.push(plainFinding(registryError('archive.damaged', { path, problem: entry.damage })))
    else if (isAsSigned(entry, { bytes, sha256 })) files.set(path, entry.file)
    else findings.push(plainFinding(registryError('archive.changed', { path })))
  }
  for (const { path } of entries)
    if (!signed.has(path) && !envelope.has(path))
      findings.push(plainFinding(registryError('archive.unlisted', { path })))
  return { files, findings }
}

const isAsSigned = (entry: Whole, { bytes, sha256 }: Pick<Whole, 'bytes' | 'sha256'>): boolean =>
  entry.bytes === bytes && entry.sha256 === sha256
