import type { HostedModel, PredictionAnswer, Proof } from '@modelsmith/api'
import { agree, isSameLabel } from '@modelsmith/scoring'
import type { Cell } from '@modelsmith/table'
import { hostingError } from './errors.ts'

type Row = Readonly<Record<string, Cell>>
type Prediction = PredictionAnswer['predictions'][number]

const mostDifferences = 20

/** The columns in which a model's answers are expected; none where only the answers themselves tell. */
export const answerNames = ({ answer, classes, outputs }: HostedModel): readonly string[] => {
  if (answer === 'outputs') return outputs.map(({ name }) => name)
  return ['prediction', ...(answer === 'labelWithProbabilities' ? classes.map((label) => `probability_${label}`) : [])]
}

/** Rows as they are asked, and what is expected of each. */
export const splitExpected = (
  rows: readonly Row[],
  answers: readonly string[],
  fields: readonly string[],
): { readonly asked: readonly Row[]; readonly expected: readonly Row[]; readonly columns: readonly string[] } => {
  const clash = answers.filter((name) => fields.includes(name))
  if (clash.length > 0) throw hostingError('proof.clash', { names: clash.join(', ') })
  const given = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const known = new Set(answers.length > 0 ? answers : given.filter((name) => !fields.includes(name)))
  const columns = given.filter((name) => known.has(name))
  if (columns.length === 0)
    throw hostingError('proof.columns', { expected: answers.slice(0, 8).join(', ') || 'a column beside the fields' })
  const part = (row: Row, isExpected: boolean): Row =>
    Object.fromEntries(Object.entries(row).filter(([name]) => known.has(name) === isExpected))
  return { asked: rows.map((row) => part(row, false)), expected: rows.map((row) => part(row, true)), columns }
}

const valueOf = ({ prediction, probabilities, outputs }: Prediction, column: string): Cell => {
  if (outputs !== undefined) return outputs[column] ?? null
  return column === 'prediction' ? prediction : (probabilities?.[column.slice('probability_'.length)] ?? null)
}

const numberOf = (cell: Cell): number => {
  if (typeof cell === 'number') return cell
  const text = String(cell ?? 'nan')
    .trim()
    .toLowerCase()
  if (text === '' || text === 'nan') return Number.NaN
  return /^[+-]?inf(inity)?$/.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)
}

/** Compares answers with those of the library under the tolerances by which classes are proven. */
export const prove = (
  predictions: readonly Prediction[],
  expected: readonly Row[],
  columns: readonly string[],
  provenAt: string,
): Proof => {
  const magnitude = expected
    .flatMap((row) => columns.map((column) => Math.abs(numberOf(row[column] ?? null))))
    .filter(Number.isFinite)
    .reduce((most, number) => Math.max(most, number), 1)
  const differences: string[] = []
  let differing = 0
  for (const [at, row] of expected.entries()) {
    const wrong = columns.filter((column) => {
      const [found, wanted] = [valueOf(predictions[at] as Prediction, column), row[column] ?? null]
      return typeof found === 'string'
        ? !isSameLabel(found, String(wanted ?? ''))
        : !agree(numberOf(found), numberOf(wanted), magnitude)
    })
    if (wrong.length === 0) continue
    differing++
    const [column = ''] = wrong
    const words = [valueOf(predictions[at] as Prediction, column), row[column] ?? null].map((cell) =>
      String(cell ?? 'missing'),
    )
    if (differences.length < mostDifferences)
      differences.push(`Row ${at + 1}: ${column} is ${words[0]}, expected was ${words[1]}.`)
  }
  return {
    state: differing === 0 ? 'proven' : 'refuted',
    rows: expected.length,
    columns: [...columns],
    differences,
    differing,
    provenAt,
  }
}
