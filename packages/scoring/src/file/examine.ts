import { type Finding, ModelsmithError } from '@modelsmith/table'
import { type AuditFinding, audit, type AllowList } from '../audit/audit.ts'
import { type Compression, decompress, detectCompression } from '../compression/decompress.ts'
import { scoringError } from '../errors.ts'
import { deadline, defaultLimits, type Limits, limitReached } from '../limits.ts'
import { arrayOf } from '../numpy/array.ts'
import { isNpy, readNpy } from '../numpy/npy.ts'
import type { Value } from '../pickle/graph.ts'
import { measureGraph } from '../pickle/measure.ts'
import { type PickleReading, readPickle } from '../pickle/read.ts'
import { isArrayWrapper } from '../joblib/wrapper.ts'
import { type Folder, sparkFolder } from '../spark/folder.ts'
import { readZip } from '../zip/zip.ts'
import { foreignFormat } from './formats.ts'

export type ExamineOptions = {
  readonly limits?: Limits
  /** Milliseconds from any start; measures the limit of time. */
  readonly now?: () => number
}

/** What a file is and whether it may be used. Nothing in it was called, whatever it says. */
export type Examination = {
  readonly format: 'pickle' | 'joblib' | 'npy' | 'zip' | 'unknown'
  readonly compression: Compression | undefined
  /** Size of the content, which compression makes smaller. */
  readonly contentBytes: number
  readonly findings: readonly AuditFinding[]
  /** The object of a pickle that passed; undefined where `problem` says why not, and for other formats. */
  readonly root: Value | undefined
  /** The saved Spark model in an archive that passed. */
  readonly folder?: Folder | undefined
  /** Why the file is refused. */
  readonly problem: ModelsmithError | undefined
}

/** Reads and judges a file: parse → audit → limits → shape of every array. Never throws for what a file holds. */
export const examine = (file: Uint8Array, allowList: AllowList, options: ExamineOptions = {}): Examination => {
  // Plain bytes: slices of Node's Buffer share their memory, those of Uint8Array are copies.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
  const { limits = defaultLimits, now = () => performance.now() } = options
  const compression = detectCompression(bytes)
  let contentBytes = bytes.length
  const refused = (error: unknown): Examination => {
    if (!(error instanceof ModelsmithError)) throw error
    return { format: 'unknown', compression, contentBytes, findings: [], root: undefined, problem: error }
  }
  try {
    if (bytes.length === 0) throw scoringError('modelFile.empty', {})
    if (bytes.length > limits.fileBytes) throw limitReached('bytes', limits.fileBytes, { found: bytes.length })
    const judge: Judge = (content, start) =>
      judgePickle(content, start, allowList, { limits, deadline: deadline(limits, now) })
    if (isZip(bytes)) return { ...examineZip(bytes, judge, limits), compression, contentBytes }
    const content = compression === undefined ? bytes : decompress(bytes, compression, limits)
    contentBytes = content.length
    if (isNpy(content)) return { ...examineNpy(content, judge, limits), compression, contentBytes }
    const format = foreignFormat(content)
    if (format !== undefined) throw scoringError('modelFile.format', { found: format })
    return { ...judge(content, 0), compression, contentBytes }
  } catch (error) {
    return refused(error)
  }
}

type Judged = Omit<Examination, 'compression' | 'contentBytes'>
type Judge = (content: Uint8Array, start: number) => Judged

const judgePickle = (
  content: Uint8Array,
  start: number,
  allowList: AllowList,
  options: Parameters<typeof readPickle>[2],
): Judged => {
  const reading = readPickle(content, start, options)
  const findings = [...audit(reading.mentions, allowList)]
  // A loader that goes on after STOP would run what follows.
  const trailing = reading.problem === undefined && reading.end < content.length
  if (trailing) {
    const rest = readPickle(content, reading.end, options)
    findings.push(...audit(rest.mentions, allowList).filter(({ judgement }) => judgement === 'dangerous'))
  }
  const format = reading.mentions.calls.some(isArrayWrapper) ? 'joblib' : 'pickle'
  const problem = problemOf(reading, findings, trailing ? content.length : undefined, options.limits)
  return { format, findings, problem, root: problem === undefined ? reading.root : undefined }
}

/** Unsafe comes before everything: a loader would have run what stands before the place where a file breaks. */
const problemOf = (
  reading: PickleReading,
  findings: readonly AuditFinding[],
  length: number | undefined,
  limits: Limits,
): ModelsmithError | undefined => {
  const { root, end, problem, mentions } = reading
  const dangerous = findings.filter(({ judgement }) => judgement === 'dangerous')
  if (dangerous.length > 0) {
    const all = findings.map(inWords)
    return scoringError(
      'pickle.unsafe',
      { findings: dangerous.length },
      { findings: problem === undefined ? all : [...all, { code: problem.code, message: problem.message }] },
    )
  }
  if (problem !== undefined) return problem
  try {
    measureGraph(root ?? null, limits)
    for (const call of mentions.calls) arrayOf(call, limits)
  } catch (error) {
    if (error instanceof ModelsmithError) return error
    throw error
  }
  if (length !== undefined)
    return scoringError('pickle.trailing', { offset: end, bytes: length - end, what: 'a second pickle or other data' })
  if (findings.length === 0) return undefined
  const names = [...new Set(findings.map(nameOf))]
  return scoringError('pickle.unsupported', { names }, { findings: findings.map(inWords) })
}

const nameOf = ({ module, name }: AuditFinding): string => (module === '' ? `a ${name}` : `${module}.${name}`)

const inWords = (finding: AuditFinding): Finding => ({
  code: 'pickle.finding',
  message: scoringError('pickle.finding', { offset: finding.offset, name: nameOf(finding), why: finding.why }).message,
  ...(finding.judgement === 'unknown' ? { severity: 'warning' as const } : {}),
})

const isZip = (bytes: Uint8Array): boolean => {
  const begins = bytes[0] === 0x50 && bytes[1] === 0x4b
  return begins && (bytes[2] === 3 || bytes[2] === 5 || bytes[2] === 1)
}

const examineNpy = (content: Uint8Array, judge: Judge, limits: Limits): Judged => {
  const npy = readNpy(content, limits)
  if ('pickleAt' in npy) {
    const judged = judge(content, npy.pickleAt)
    return { ...judged, format: 'npy', root: undefined, problem: judged.problem ?? notNative('An array of objects') }
  }
  return { format: 'npy', findings: [], root: undefined, problem: notNative('A bare array') }
}

/** Every pickle in an archive (PyTorch's, `.npz`) is judged; of archives themselves, saved Spark models are read natively. */
const examineZip = (bytes: Uint8Array, judge: Judge, limits: Limits): Judged => {
  const entries = readZip(bytes, limits)
  const findings: AuditFinding[] = []
  let unsafe: ModelsmithError | undefined
  for (const { name, read } of entries) {
    if (!/\.(pkl|pickle|npy|joblib|pt|pth|bin)$/i.test(name)) continue
    const content = read()
    const judged = isNpy(content)
      ? examineNpy(content, judge, limits)
      : foreignFormat(content) === undefined && content.length > 0
        ? judge(content, 0)
        : undefined
    if (judged === undefined) continue
    findings.push(...judged.findings)
    if (judged.problem?.kind === 'unsafe') unsafe ??= judged.problem
  }
  if (unsafe !== undefined) return { format: 'zip', findings, root: undefined, problem: unsafe }
  const folder = sparkFolder(entries)
  // What is never used is to be what the directory says, too.
  if (folder !== undefined) for (const { read } of entries) read()
  return {
    format: 'zip',
    findings,
    root: undefined,
    folder,
    problem: folder === undefined ? notNative('A zip archive') : undefined,
  }
}

const notNative = (format: string): ModelsmithError => scoringError('modelFile.notNative', { format })
