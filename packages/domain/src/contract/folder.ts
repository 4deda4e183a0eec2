import type { Finding } from '@modelsmith/table'
import { finding, isError } from '../errors.ts'
import { metadataFile, parseMetadata } from './metadata.ts'
import { checkPaths } from './paths.ts'
import { parseRequirements, type Requirement, requirementsFile } from './requirements.ts'
import { functionTypes, type TaskMetadata, type TaskType } from './schema.ts'

export type FolderFile = { readonly path: string; readonly bytes: Uint8Array }

export const folderLimits = { files: 10_000, bytes: 1024 ** 3 } as const

/** Files that tools leave behind, by a folder or file name anywhere in the path. */
const leftBehind: ReadonlySet<string> = new Set([
  '.DS_Store',
  '.git',
  '.ipynb_checkpoints',
  '.mypy_cache',
  '.pytest_cache',
  '.Rhistory',
  '.venv',
  '__MACOSX',
  '__pycache__',
])

export type TaskFolder = {
  readonly language: 'python' | 'r'
  /** The file with the hooks. */
  readonly entry: 'custom.py' | 'custom.R'
  /** Undefined when the folder has no metadata, which a folder on a laptop need not. */
  readonly metadata: TaskMetadata | undefined
  readonly targetTypes: readonly TaskType[]
  readonly requirements: readonly Requirement[]
  /** What belongs to the task, with paths from its top, sorted by path. */
  readonly files: readonly FolderFile[]
}

/**
 * Checks a task folder as far as that goes without running it. A single folder around everything is taken off and said.
 *
 * @param needsMetadata whether the folder must say its name and target type, as an upload must
 */
export const checkTaskFolder = (
  given: readonly FolderFile[],
  { needsMetadata = false }: { readonly needsMetadata?: boolean } = {},
): { readonly task?: TaskFolder; readonly findings: readonly Finding[] } => {
  const unsafe = [
    ...checkFolderSize(given.map(({ bytes }) => bytes.length)),
    ...checkPaths(given.map(({ path }) => path)),
  ]
  if (unsafe.length > 0) return { findings: unsafe }

  const kept = leaveOutTools(given)
  const unwrapped = unwrap(kept.files)
  const files = unwrapped.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const code = findEntry(files)
  const texts = new Map(files.flatMap(({ path, bytes }) => (isText(path) ? [[path, decode(bytes)] as const] : [])))
  const metadataText = texts.get(metadataFile)
  const parsed = metadataText === undefined ? { findings: [] } : parseMetadata(metadataText)
  const requirements = parseRequirements(texts.get(requirementsFile) ?? '', code.language ?? 'python')
  const findings = [
    ...kept.findings,
    ...unwrapped.findings,
    ...code.findings,
    ...[...texts]
      .filter(([, text]) => text === undefined)
      .map(([path]) => finding('taskFolder.encoding', { path }, { place: { file: path } })),
    ...parsed.findings,
    ...(needsMetadata ? checkPresence(texts.has(metadataFile), parsed.metadata) : []),
    ...requirements.findings,
    ...(code.language === 'r' ? functionsOf(parsed.metadata) : []).map((type) =>
      finding('taskFolder.functionLanguage', { type }, { place: { file: metadataFile } }),
    ),
  ]
  if (code.language === undefined || findings.some(isError)) return { findings }
  return {
    findings,
    task: {
      language: code.language,
      entry: code.language === 'python' ? 'custom.py' : 'custom.R',
      metadata: parsed.metadata,
      targetTypes: typesOf(parsed.metadata),
      requirements: requirements.requirements,
      files,
    },
  }
}

const typesOf = (metadata: TaskMetadata | undefined): readonly TaskType[] => [metadata?.targetType ?? []].flat()

const functionsOf = (metadata: TaskMetadata | undefined) =>
  functionTypes.filter((type) => typesOf(metadata).includes(type))

/** Whether files of these sizes, in bytes, make a folder that may be taken; to be asked before they are read where that is possible. */
export const checkFolderSize = (files: readonly number[]): Finding[] => {
  const bytes = files.reduce((sum, size) => sum + size, 0)
  const words = (count: number) => `${(count / 1024 ** 2).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`
  return [
    ...(files.length > folderLimits.files
      ? [
          finding('taskFolder.tooLarge', {
            what: 'Number of files',
            limit: folderLimits.files.toLocaleString('en'),
            found: files.length.toLocaleString('en'),
          }),
        ]
      : []),
    ...(bytes > folderLimits.bytes
      ? [
          finding('taskFolder.tooLarge', {
            what: 'Size of all files',
            limit: words(folderLimits.bytes),
            found: words(bytes),
          }),
        ]
      : []),
  ]
}

/** Takes out what tools leave behind, and says so. */
export const leaveOutTools = (files: readonly FolderFile[]): { files: readonly FolderFile[]; findings: Finding[] } => {
  const isTool = ({ path }: FolderFile) => path.split('/').some((part) => leftBehind.has(part))
  const tools = files.filter(isTool)
  if (tools.length === 0) return { files, findings: [] }
  const examples = tools.slice(0, 3).map(({ path }) => path)
  return {
    files: files.filter((file) => !isTool(file)),
    findings: [finding('taskFolder.ignored', { files: tools.length, examples }, { severity: 'warning' })],
  }
}

/** Takes off a single folder around everything, and says so. */
export const unwrap = (files: readonly FolderFile[]): { files: readonly FolderFile[]; findings: Finding[] } => {
  const folder = files[0]?.path.split('/')[0] ?? ''
  const prefix = `${folder}/`
  if (files.length === 0 || !files.every(({ path }) => path.startsWith(prefix))) return { files, findings: [] }
  return {
    files: files.map(({ path, bytes }) => ({ path: path.slice(prefix.length), bytes })),
    findings: [finding('taskFolder.wrapped', { folder }, { severity: 'warning' })],
  }
}

const findEntry = (files: readonly FolderFile[]): { language: 'python' | 'r' | undefined; findings: Finding[] } => {
  const top = files.map(({ path }) => path).filter((path) => !path.includes('/'))
  const python = top.includes('custom.py')
  const r = top.includes('custom.R')
  if (python && r) return { language: undefined, findings: [finding('taskFolder.twoLanguages', {})] }
  if (python || r) return { language: python ? 'python' : 'r', findings: [] }
  const deeper = files.map(({ path }) => path).filter((path) => /(^|\/)custom\.(py|r)$/i.test(path))
  const found = (deeper.length > 0 ? deeper : files.map(({ path }) => path)).slice(0, 5).join(', ') || 'no files'
  return { language: undefined, findings: [finding('taskFolder.noCode', { found })] }
}

const checkPresence = (present: boolean, metadata: TaskMetadata | undefined): Finding[] => {
  if (!present) return [finding('taskFolder.noMetadata', {})]
  return metadata !== undefined && metadata.targetType === undefined
    ? [finding('taskFolder.noTargetType', {}, { place: { file: metadataFile } })]
    : []
}

const isText = (path: string): boolean => path === metadataFile || path === requirementsFile || /\.(py|R|r)$/.test(path)

const decode = (bytes: Uint8Array): string | undefined => {
  // No language reads a NUL byte.
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
