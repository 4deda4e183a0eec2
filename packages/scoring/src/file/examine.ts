import { type Finding, ModelsmithError } from '@modelsmith/table'
import { type AuditFinding, audit, type AllowList } from '../audit/audit.ts'
import { type Compression, decompress, detectCompression } from '../compression/decompress.ts'
import { scoringError } from '../errors.ts'
import { deadline, defaultLimits, expandedLimit, type Limits } from '../limits.ts'
import { arrayOf } from '../numpy/array.ts'
import { isNpy, pickleInNpy, readNpy } from '../numpy/npy.ts'
import type { Value } from '../pickle/graph.ts'
import { measureGraph } from '../pickle/measure.ts'
import { type PickleReading, readPickle } from '../pickle/read.ts'
import { isArrayWrapper } from '../joblib/wrapper.ts'
import { type Folder, sparkFolder } from '../spark/folder.ts'
import { readZip } from '../zip/zip.ts'
import { decodeLatin1 } from '../pickle/text.ts'
import { foreignFormat } from './formats.ts'
import { type MlflowModel, mlflowModel } from './mlflow.ts'
import { isTar, tarParts } from './tar.ts'

export type ExamineOptions = {
  readonly limits?: Limits
  /** Milliseconds from any start; measures the limit of time. */
  readonly now?: () => number
}

/** What a file is and whether it may be used. Nothing in it was called, whatever it says. */
export type Examination = {
  readonly format: 'pickle' | 'joblib' | 'npy' | 'zip' | 'tar' | 'unknown'
  readonly compression: Compression | undefined
  /** Size of the content, which compression makes smaller. */
  readonly contentBytes: number
  readonly findings: readonly AuditFinding[]
  /** The object of a pickle that passed; undefined where `problem` says why not, and for other formats. */
  readonly root: Value | undefined
  /** The saved Spark model in an archive that passed. */
  readonly folder?: Folder | undefined
  /** The model's own file in an MLflow folder that passed. */
  readonly within?: MlflowModel | undefined
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
    if (bytes.length > limits.fileBytes)
      throw scoringError('modelFile.size', { found: bytes.length, limit: limits.fileBytes })
    const judge: Judge = (content, start) =>
      judgePickle(content, start, allowList, { limits, deadline: deadline(limits, now) })
    const ofFile = { ...limits, expandedBytes: expandedLimit(limits, bytes.length) }
    if (isZip(bytes)) return { ...examineZip(bytes, judge, ofFile, 1), compression, contentBytes }
    const content = compression === undefined ? bytes : decompress(bytes, compression, limits)
    contentBytes = content.length
    // Only what is compressed as a whole: a saved Spark model is a plain zip.
    const within = compression === undefined ? undefined : archived(content, judge, ofFile, 1)
    if (within !== undefined) {
      const problem = within.problem ?? notNative('What is compressed within compressed data')
      return { format: 'unknown', findings: within.findings, root: undefined, problem, compression, contentBytes }
    }
    if (isTar(content)) return { ...examineTar(content, judge, ofFile, 1), compression, contentBytes }
    if (isNpy(content)) return { ...examineNpy(content, judge, limits), compression, contentBytes }
    const format = foreignFormat(content)
    if (format !== undefined) throw scoringError('modelFile.format', { found: format })
    return { ...judge(content, 0), compression, contentBytes }
  } catch (error) {
    return refused(error)
  }
}

/** Pickles one after another in one file that are looked at. */
const mostPickles = 64

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
  // A loader that goes on after STOP would run what follows: PyTorch's old files are several pickles one after another.
  const trailing = reading.problem === undefined && reading.end < content.length
  let { end, problem: broken } = reading
  for (let more = 0; more < mostPickles && broken === undefined && end < content.length; more++) {
    const rest = readPickle(content, end, options)
    findings.push(...audit(rest.mentions, allowList).filter(({ judgement }) => judgement === 'dangerous'))
    end = rest.end
    broken = rest.problem
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
  let npy: ReturnType<typeof readNpy>
  try {
    npy = readNpy(content, limits)
  } catch (error) {
    const start = error instanceof ModelsmithError ? pickleInNpy(content) : undefined
    const judged = start === undefined ? undefined : judge(content, start)
    if (judged?.problem?.kind !== 'unsafe') throw error
    return { ...judged, format: 'npy', root: undefined }
  }
  if ('pickleAt' in npy) {
    const judged = judge(content, npy.pickleAt)
    return { ...judged, format: 'npy', root: undefined, problem: judged.problem ?? notNative('An array of objects') }
  }
  return { format: 'npy', findings: [], root: undefined, problem: notNative('A bare array') }
}

/** Every pickle in an archive (PyTorch's, `.npz`) is judged; of archives themselves, what Spark and MLflow saved is read natively. */
const examineZip = (bytes: Uint8Array, judge: Judge, limits: Limits, depth: number): Judged => {
  const entries = readZip(bytes, limits)
  // What is never used is to be what the directory says, too.
  const parts = entries.map(({ name, read }) => ({ name, content: read() }))
  const { findings, problem } = examineParts(parts, judge, limits, depth)
  if (problem !== undefined) return { format: 'zip', findings, root: undefined, problem }
  const folder = sparkFolder(entries)
  const within = folder === undefined ? mlflowModel(entries) : undefined
  return {
    format: 'zip',
    findings,
    root: undefined,
    folder,
    within,
    problem: folder === undefined && within === undefined ? notNative('A zip archive') : undefined,
  }
}

const examineTar = (bytes: Uint8Array, judge: Judge, limits: Limits, depth: number): Judged => {
  const { findings, problem } = examineParts(tarParts(bytes, limits), judge, limits, depth)
  return { format: 'tar', findings, root: undefined, problem: problem ?? notNative('A tar archive') }
}

/** Archives within archives: what lies deeper is not looked at. */
const deepestArchive = 4
const pickleName = /\.(pkl|pickle|joblib|pt|pth|bin|ckpt|model|sav)$/i
/** A class or function by name is what a text pickle that does harm begins with. */
const textPickle = /^\(?[ci][A-Za-z_][\w.]*\r?\n[A-Za-z_]/

type Part = { readonly name: string; readonly content: Uint8Array }

/** What can be told of the pickles among the parts of an archive: every finding, and the worst problem that a loader would meet. */
const examineParts = (
  parts: readonly Part[],
  judge: Judge,
  limits: Limits,
  depth: number,
): Pick<Judged, 'findings' | 'problem'> => {
  const findings: AuditFinding[] = []
  let unsafe: ModelsmithError | undefined
  let limit: ModelsmithError | undefined
  // What all parts together may become is what the archive may.
  let left = limits.expandedBytes
  for (const part of parts) {
    const judged = examinePart(part, judge, { ...limits, expandedBytes: left }, depth)
    if (judged === undefined) continue
    left = Math.max(0, left - judged.expandedBytes)
    findings.push(...judged.findings)
    if (judged.problem?.kind === 'unsafe') unsafe ??= judged.problem
    if (judged.problem?.kind === 'limit') limit ??= judged.problem
  }
  return { findings, problem: unsafe ?? limit }
}

/** Undefined where a part is no pickle and holds none. */
const examinePart = (
  { name, content }: Part,
  judge: Judge,
  limits: Limits,
  depth: number,
): (Pick<Judged, 'findings' | 'problem'> & { readonly expandedBytes: number }) | undefined => {
  if (content.length === 0) return undefined
  try {
    const inner = depth < deepestArchive ? archived(content, judge, limits, depth + 1) : undefined
    if (inner !== undefined) return inner
    if (isNpy(content)) return { ...examineNpy(content, judge, limits), expandedBytes: 0 }
    const begins = decodeLatin1(content.subarray(0, 256))
    const isPickle =
      (content[0] === 0x80 && (content[1] ?? 6) <= 5) ||
      textPickle.test(begins) ||
      (pickleName.test(name) && foreignFormat(content) === undefined)
    return isPickle ? { ...judge(content, 0), expandedBytes: 0 } : undefined
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    return { findings: [], problem: error, expandedBytes: limits.expansionFloorBytes }
  }
}

/** An archive, or something compressed, inside another file. */
const archived = (content: Uint8Array, judge: Judge, limits: Limits, depth: number) => {
  if (isZip(content)) {
    const total = Math.min(limits.expandedBytes, expandedLimit(limits, content.length))
    return { ...examineZip(content, judge, { ...limits, expandedBytes: total }, depth), expandedBytes: total }
  }
  if (isTar(content)) return { ...examineTar(content, judge, limits, depth), expandedBytes: 0 }
  const compression = detectCompression(content)
  if (compression === undefined) return undefined
  const whole = decompress(content, compression, limits)
  const left = { ...limits, expandedBytes: limits.expandedBytes - whole.length }
  const judged = examinePart({ name: 'a.pkl', content: whole }, judge, left, depth)
  return {
    findings: judged?.findings ?? [],
    problem: judged?.problem,
    expandedBytes: whole.length + (judged?.expandedBytes ?? 0),
  }
}

const notNative = (format: string): ModelsmithError => scoringError('modelFile.notNative', { format })
