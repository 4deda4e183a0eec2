import { dense } from '../data/data.ts'
import { type Named, vectorsOf, withColumns } from '../data/named.ts'
import { highest } from './highest.ts'
import { type Classifier, compileClassifier } from './classifier.ts'
import type { StageColumns } from './columns.ts'

/** The class whose own classifier of two is surest. */
export type OneVsRest = {
  readonly kind: 'oneVsRest'
  readonly members: readonly Classifier[]
  readonly rawColumn: string
  readonly prediction: string
}

export const oneVsRestColumns = ({ members, rawColumn, prediction }: OneVsRest): StageColumns => ({
  reads: members.slice(0, 1).map(({ features: name, size }) => ({ name, kind: 'vector', size })),
  writes: [rawColumn, prediction],
  predicts: true,
})

export const compileOneVsRest = (
  { members, rawColumn, prediction }: OneVsRest,
  name: string,
): ((rows: Named) => Named) => {
  const compiled = members.map((member) => ({ raw: member.columns.raw, score: compileClassifier(member, name) }))
  return (rows) => {
    const scores = dense(rows.rows, compiled.length)
    compiled.forEach(({ raw, score }, index) => {
      const { values } = vectorsOf(score(rows), raw, name, 2)
      for (let row = 0; row < rows.rows; row++)
        scores.values[row * compiled.length + index] = values[row * 2 + 1] as number
    })
    const values = Float64Array.from({ length: rows.rows }, (_, row) =>
      highest(scores.values, row * compiled.length, compiled.length),
    )
    return withColumns(rows, [
      [rawColumn, { kind: 'vectors', values: scores }],
      [prediction, { kind: 'numbers', values }],
    ])
  }
}
