import { type Asked, answerer, type Answers, compile, type Model, type ModelInput } from '@modelsmith/scoring'
import { createPieceReader, CsvLines, type Finding, ModelsmithError } from '@modelsmith/table'
import { pieceData } from './cells.ts'
import type { ColumnPlan } from './plan.ts'

/** What a lane needs to know before the first piece. */
export type LaneSetup = {
  readonly model: Model
  readonly asked: Asked
  readonly input: ModelInput
  readonly plan: ColumnPlan
}

/** What became of a piece: lines of CSV, or what is wrong, counted from its first row and line. */
export type Scored = {
  readonly rows: number
  readonly lines: number
  readonly written: number
  readonly csv: Uint8Array<ArrayBuffer>
  readonly findings: readonly Finding[]
  readonly wrong: number
  /** An error of the model, and the row that it names. */
  readonly refusal: { readonly finding: Finding; readonly row: number | undefined } | undefined
  /** Names of the answers. */
  readonly names: readonly string[]
}

/** Reads, scores and writes pieces of a file: all that is done for each row. */
export const createLane = ({ model, asked, input, plan }: LaneSetup): ((bytes: Uint8Array) => Scored) => {
  const { answer } = answerer(compile(model), asked)
  const read = createPieceReader(plan.csv)
  const lines = new CsvLines()
  return (bytes) => {
    const piece = read(bytes)
    const { rows, findings, wrong } = piece
    const base = { rows, lines: piece.lines, findings, wrong, written: 0, csv: new Uint8Array(0), names: [] }
    if (wrong > 0) return { ...base, refusal: undefined }
    try {
      const answers = answer(pieceData(input, plan, piece))
      writeLines(lines, answers, plan, bytes, piece.keptAt)
      const names = answers.columns.map(({ name }) => name)
      return { ...base, written: answers.rows, csv: lines.take(), refusal: undefined, names }
    } catch (error) {
      if (!(error instanceof ModelsmithError)) throw error
      const { code, message, hint, values } = error
      const row = typeof values['row'] === 'number' ? values['row'] : undefined
      const finding = { code, message, ...(hint === undefined ? {} : { hint }) }
      return { ...base, refusal: { finding, row } }
    }
  }
}

const writeLines = (
  lines: CsvLines,
  { rows, columns, kept: rowsKept }: Answers,
  { csv: { kept, delimiter } }: ColumnPlan,
  bytes: Uint8Array,
  keptAt: Int32Array,
): void => {
  const isComma = delimiter === 0x2c
  const single = kept.length + columns.length === 1
  for (let row = 0; row < rows; row++) {
    const from = (rowsKept === undefined ? row : (rowsKept[row] as number)) * kept.length * 2
    for (let at = 0; at < kept.length; at++) {
      const [start, end] = [keptAt[from + at * 2] as number, keptAt[from + at * 2 + 1] as number]
      if (isComma || bytes[start] === 0x22) lines.raw(bytes, start, end)
      else lines.text(decoder.decode(bytes.subarray(start, end)))
    }
    for (const { values } of columns) {
      const value = values[row]
      if (typeof value === 'number' && !Number.isNaN(value)) lines.number(value)
      else if (typeof value === 'string') lines.text(value)
      else if (single) lines.raw(emptyCell, 0, 2)
      else lines.missing()
    }
    lines.endLine()
  }
}

const decoder = new TextDecoder()
/** A blank line would be passed over by who reads it. */
const emptyCell = Uint8Array.of(0x22, 0x22)
