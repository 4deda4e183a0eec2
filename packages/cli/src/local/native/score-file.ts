import { availableParallelism } from 'node:os'
import { answerer, type Asked, compile, inputOf, type OpenedModel } from '@modelsmith/scoring'
import { csvCell, csvHead, type Finding, ModelsmithError } from '@modelsmith/table'
import { cliError } from '../../errors.ts'
import { type InputFile, openInput, pieceBytes } from './input-file.ts'
import { createLane, type LaneSetup, type Scored } from './lane.ts'
import { openLanes } from './lanes.ts'
import { openOutput, type OutputFile } from './output-file.ts'
import { planColumns } from './plan.ts'

export type ScoreOptions = {
  readonly input: string
  readonly output: string | undefined
  readonly asked: Asked
  /** Columns of the input that stand before the answers. */
  readonly keep: readonly string[]
  /** Which columns of the input are the model's, in its order. */
  readonly columns: readonly string[]
  readonly threads: number | undefined
  readonly signal: AbortSignal
  readonly onProgress: (fraction: number, rows: number) => void
}

export type ScoredFile = {
  readonly rows: number
  readonly columns: readonly string[]
  readonly threads: number
}

const maxFindings = 100
/** Models whose answers depend on all rows take the whole file at once. */
const wholeFileBytes = 64 * 2 ** 20

/** Scores a CSV file with a model file's model, piece by piece, on all cores; memory does not grow with the file. */
export const scoreCsv = async (opened: OpenedModel, options: ScoreOptions): Promise<ScoredFile> => {
  const file = await openInput(options.input)
  try {
    return await scoreOpened(opened, file, options)
  } finally {
    await file.close()
  }
}

const scoreOpened = async (opened: OpenedModel, file: InputFile, options: ScoreOptions): Promise<ScoredFile> => {
  const { model, featureNames } = opened
  const { input: path, asked, keep, columns: order } = options
  const scorer = compile(model)
  const delimiter = file.dialect.delimiter.charCodeAt(0)
  const head = inputProblem(path, () => csvHead(file.start, delimiter, file.isShort))
  if (head === undefined)
    throw cliError('cli.input', { path, problem: `its header is longer than ${pieceBytes / 2 ** 20} MB.` })
  file.skip(head.end)
  const names = featureNames ?? (scorer.columns === undefined && order.length > 0 ? order : undefined)
  const input = inputOf(model, scorer, names, head.names)
  const plan = planColumns(input, head.names, delimiter, { path, keep, order })
  const setup: LaneSetup = { model, asked, input, plan }
  const { isOfBatch } = answerer(scorer, asked)
  if (isOfBatch && file.bytes > wholeFileBytes) {
    const limit = `${wholeFileBytes / 2 ** 20} MB`
    const problem = `what ${scorer.name} answers depends on all rows at once, so the file may have ${limit} at most.`
    throw cliError('cli.input', { path, problem })
  }
  const pieces = Math.ceil(file.bytes / pieceBytes)
  const threads = isOfBatch ? 1 : Math.max(1, Math.min(options.threads ?? availableParallelism(), pieces))
  // A small file is scored before a thread would have started.
  const lanes = pieces <= 1 || isOfBatch ? inPlace(setup) : openLanes(setup, threads)
  const output = await openOutput(options.output)
  try {
    const next = isOfBatch ? await allAtOnce(file) : file.next
    const done = await runPieces({ bytes: file.bytes, next, lanes, output, options, linesBefore: head.lines, threads })
    if (options.signal.aborted) throw cliError('cli.cancelled', {})
    await output.finish()
    return { ...done, threads }
  } catch (error) {
    await output.discard()
    throw options.signal.aborted ? cliError('cli.cancelled', {}) : error
  } finally {
    await lanes.close()
  }
}

const inputProblem = <T>(path: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    throw cliError('cli.input', { path, problem: error.message }, { findings: error.findings, cause: error })
  }
}

const inPlace = (setup: LaneSetup): Pick<ReturnType<typeof openLanes>, 'score' | 'close'> => {
  const score = createLane(setup)
  return {
    score: async (buffer, length) => ({ buffer, scored: score(new Uint8Array(buffer, 0, length)) }),
    close: async () => {},
  }
}

/** All that a file holds as one piece. */
const allAtOnce = async (file: InputFile): Promise<InputFile['next']> => {
  const parts: Uint8Array[] = []
  for (;;) {
    const { buffer, length } = await file.next(new ArrayBuffer(pieceBytes))
    if (length === 0) break
    parts.push(new Uint8Array(buffer, 0, length))
  }
  const { buffer } = new Uint8Array(Buffer.concat(parts))
  const whole = [{ buffer, length: buffer.byteLength }]
  return async (given) => whole.pop() ?? { buffer: given, length: 0 }
}

type Run = {
  readonly bytes: number
  readonly next: InputFile['next']
  readonly lanes: Pick<ReturnType<typeof openLanes>, 'score'>
  readonly output: OutputFile
  readonly options: ScoreOptions
  readonly linesBefore: number
  readonly threads: number
}

/** Hands pieces out as lanes become free and writes what comes back in the order of the file. */
const runPieces = async (run: Run): Promise<Omit<ScoredFile, 'threads'>> => {
  const { bytes, next, lanes, output, options, threads } = run
  const { signal, onProgress, keep } = options
  const state = { rows: 0, written: 0, lines: run.linesBefore, bytes: 0, wrong: 0, names: [] as readonly string[] }
  const findings: Finding[] = []
  const free = Array.from({ length: threads * 2 }, () => undefined as ArrayBuffer | undefined)
  const waiting: ReturnType<typeof lanes.score>[] = []

  const takeFirst = async (): Promise<void> => {
    const first = waiting.shift()
    if (first === undefined) return
    const { buffer, scored } = await first
    free.push(buffer)
    note(scored)
    if (state.wrong === 0 && scored.names.length > 0) {
      if (state.names.length === 0) await output.write(headerOf([...keep, ...scored.names]))
      state.names = scored.names
      await output.write(scored.csv)
    }
    state.rows += scored.rows
    state.written += scored.written
    state.lines += scored.lines
    onProgress(Math.min(1, state.bytes / Math.max(1, bytes)), state.rows)
  }
  /** Findings of a piece count its rows and lines from its own first. */
  const note = ({ findings: found, wrong, refusal }: Scored): void => {
    state.wrong += wrong + (refusal === undefined ? 0 : 1)
    const all = found.map((finding) => ({ finding, line: finding.place?.line }))
    for (const { finding, line } of all)
      if (findings.length < maxFindings) findings.push(moved(finding, line, state.lines))
    if (refusal !== undefined && findings.length < maxFindings) findings.push(inFile(refusal, state.rows))
  }

  for (;;) {
    if (signal.aborted) throw cliError('cli.cancelled', {})
    if (free.length === 0) await takeFirst()
    const { buffer, length } = await next(free.shift() ?? new ArrayBuffer(pieceBytes))
    if (length === 0) break
    state.bytes += length
    const piece = lanes.score(buffer, length)
    // It is looked at in its turn, which may be after it failed.
    piece.catch(() => {})
    waiting.push(piece)
  }
  while (waiting.length > 0) {
    if (signal.aborted) throw cliError('cli.cancelled', {})
    await takeFirst()
  }
  refuseFindings(options.input, findings, state.wrong)
  if (state.rows === 0) throw cliError('cli.input', { path: options.input, problem: 'it has no rows.' })
  return { rows: state.written, columns: [...keep, ...state.names] }
}

const headerOf = (names: readonly string[]): Uint8Array => new TextEncoder().encode(`${names.map(csvCell).join(',')}\n`)

const moved = (finding: Finding, line: number | undefined, before: number): Finding =>
  line === undefined
    ? finding
    : {
        ...finding,
        message: finding.message.replace(new RegExp(`\\bline ${line}\\b`, 'i'), (words) =>
          words.replace(String(line), String(line + before)),
        ),
        place: { ...finding.place, line: line + before },
      }

/** The model counts rows from 0; people, and tables of the platform, from 1. */
const inFile = ({ finding, row }: NonNullable<Scored['refusal']>, before: number): Finding =>
  row === undefined
    ? { ...finding, place: { row: before + 1 } }
    : {
        ...finding,
        message: finding.message.replace(`row ${row}`, `row ${(row + before + 1).toLocaleString('en')}`),
        place: { row: row + before + 1 },
      }

const refuseFindings = (path: string, findings: readonly Finding[], wrong: number): void => {
  const [first] = findings
  if (first === undefined) return
  const more = wrong === 1 ? '' : ` And ${(wrong - 1).toLocaleString('en')} more.`
  throw cliError('cli.input', { path, problem: `${first.message}${more}` }, { findings })
}
