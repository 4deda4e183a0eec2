import {
  type Data,
  floatText,
  labelText,
  type MethodName,
  type Methods,
  type Output,
  run,
  type Scorer,
  methodWords,
} from '@modelsmith/scoring'

/** One column that a model gives, under the name that fixtures use for it. */
export type PredictedColumn = {
  readonly name: string
  /** Numbers; of labels, their texts decide. */
  readonly values: Float64Array
  readonly text: (row: number) => string
  readonly isLabel: boolean
}

const methodNames = Object.keys(methodWords) as readonly MethodName[]

export const methodOf = (column: string): MethodName | undefined => {
  const library = column.replace(/[:[].*$/s, '').replace(/^kneighbors_.*/, 'kneighbors')
  return methodNames.find((name) => methodWords[name] === library)
}

export const predictedColumns = (scorer: Scorer, method: MethodName, data: Data): readonly PredictedColumn[] => {
  const { transform, ...outputs } = scorer.methods
  if (method === 'transform') return transform === undefined ? [] : transformed(transform, data)
  const output = outputs[method]
  return output === undefined ? [] : outputColumns(methodWords[method], output, data)
}

const outputColumns = (method: string, output: Output, data: Data): readonly PredictedColumn[] => {
  const all = run(output, data)
  const { columns, labels, names, isVector, isInteger = false } = output
  return Array.from({ length: columns }, (_, column) => {
    const values = Float64Array.from({ length: data.rows }, (__, row) => all[row * columns + column] as number)
    const own = labels?.[column]
    const name = names?.[column]
    return {
      name:
        method === 'kneighbors'
          ? neighbourColumn(column, columns / 2)
          : isVector
            ? method
            : name === undefined
              ? `${method}:${column}`
              : `${method}${name.target === undefined ? '' : `[${name.target}]`}:${name.label}`,
      values,
      isLabel: own !== undefined,
      text: (row) =>
        own !== undefined
          ? labelText(own, values[row] as number)
          : isInteger || (method === 'kneighbors' && column >= columns / 2)
            ? String(values[row])
            : floatText(values[row] as number),
    }
  })
}

const neighbourColumn = (column: number, count: number): string =>
  column < count ? `kneighbors_dist:${column}` : `kneighbors_ind:${column - count}`

const transformed = (transform: NonNullable<Methods['transform']>, data: Data): readonly PredictedColumn[] => {
  const result = transform.apply(data)
  const { isVector = false, isInteger = false } = transform
  const name = (column: number): string => (isVector ? 'transform' : `transform:${column}`)
  const numeric = (column: number, values: Float64Array): PredictedColumn => ({
    name: name(column),
    values,
    isLabel: false,
    text: (row) => (isInteger ? String(values[row]) : floatText(values[row] as number)),
  })
  switch (result.kind) {
    case 'dense':
      return Array.from({ length: result.columns }, (_, column) =>
        numeric(
          column,
          Float64Array.from(
            { length: result.rows },
            (__, row) => result.values[row * result.columns + column] as number,
          ),
        ),
      )
    case 'sparse': {
      const columns = Array.from({ length: result.columns }, () => new Float64Array(result.rows))
      for (let row = 0; row < result.rows; row++)
        for (let i = result.starts[row] as number; i < (result.starts[row + 1] as number); i++) {
          const column = columns[result.indices[i] as number] as Float64Array
          column[row] = (column[row] as number) + (result.values[i] as number)
        }
      return columns.map((values, column) => numeric(column, values))
    }
    case 'frame':
      return result.columns.map(({ values }, column) =>
        values instanceof Float64Array
          ? numeric(column, values)
          : {
              name: name(column),
              values: Float64Array.from(values, Number),
              isLabel: true,
              text: (row) => String(values[row] ?? 'nan'),
            },
      )
    default:
      throw new Error(`A transform gave ${result.kind}.`)
  }
}
