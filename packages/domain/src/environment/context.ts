import type { Finding } from '@modelsmith/table'
import { checkFolderSize, type FolderFile, leaveOutTools, unwrap } from '../contract/folder.ts'
import { checkPaths } from '../contract/paths.ts'
import { finding, isError } from '../errors.ts'

export const dockerfile = 'Dockerfile'

/** Names under which engines look for the same thing. */
const isDockerfile = (path: string): boolean => /^(dockerfile|containerfile)$/i.test(path)

/** Checks a folder from which an image is to be built, as far as that goes without building it. */
export const checkContext = (
  given: readonly FolderFile[],
): { readonly files?: readonly FolderFile[]; readonly findings: readonly Finding[] } => {
  const unsafe = [
    ...checkFolderSize(given.map(({ bytes }) => bytes.length)),
    ...checkPaths(given.map(({ path }) => path)),
  ]
  if (unsafe.length > 0) return { findings: unsafe }
  const kept = leaveOutTools(given)
  const unwrapped = unwrap(kept.files)
  const files = unwrapped.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const findings = [...kept.findings, ...unwrapped.findings, ...checkDockerfile(files)]
  return findings.some(isError) ? { findings } : { files, findings }
}

const checkDockerfile = (files: readonly FolderFile[]): Finding[] => {
  const top = files.filter(({ path }) => isDockerfile(path))
  if (top.length > 1) return [finding('context.twoDockerfiles', { found: top.map(({ path }) => path).join(' and ') })]
  const only = top[0]
  if (only === undefined) {
    const deeper = files.map(({ path }) => path).filter((path) => isDockerfile(path.split('/').at(-1) ?? ''))
    const found = (deeper.length > 0 ? deeper : files.map(({ path }) => path)).slice(0, 5).join(', ') || 'no files'
    return [finding('context.noDockerfile', { found })]
  }
  if (only.path !== dockerfile) return [finding('context.dockerfileName', { found: only.path })]
  return isText(only.bytes)
    ? checkInstructions(only)
    : [finding('context.dockerfileText', {}, { place: { file: dockerfile } })]
}

const isText = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return !bytes.includes(0)
  } catch {
    return false
  }
}

/** What comes before anything else must say what the image begins with. */
const checkInstructions = ({ bytes }: FolderFile): Finding[] => {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
  const first = lines.findIndex((line) => /^\s*[^#\s]/.test(line) && !/^\s*ARG\s/i.test(line))
  if (first >= 0 && /^\s*FROM\s+\S/i.test(lines[first] ?? '')) return []
  const found = first < 0 ? 'nothing' : (lines[first] ?? '').trim().slice(0, 80)
  return [
    finding('context.from', { found }, { place: { file: dockerfile, ...(first < 0 ? {} : { line: first + 1 }) } }),
  ]
}
