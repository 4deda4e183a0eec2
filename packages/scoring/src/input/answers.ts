import { writtenOut } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import { labelTexts, type Labels } from '../data/labels.ts'
import type { NamedColumn } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import { argmax } from '../model/numeric.ts'
import { type MethodName, type Output, run, type Scorer } from '../model/scorer.ts'

/** One column of what a model answers: numbers, or texts; null is none. */
export type AnswerColumn = { readonly name: string; readonly values: Float64Array | readonly (string | null)[] }

/** What is asked of a model: one of its methods, or what a prediction of the platform holds. */
export type Asked = 'prediction' | MethodName

/** The rows that the answers are of, where a model leaves some out. */
export type Answers = { readonly rows: number; readonly columns: readonly AnswerColumn[]; readonly kept?: Float64Array }

/** Names of methods as people write them. */
export const methodWords: Readonly<Record<MethodName, string>> = {
  predict: 'predict',
  predictProba: 'predict_proba',
  predictLogProba: 'predict_log_proba',
  decisionFunction: 'decision_function',
  scoreSamples: 'score_samples',
  predictStd: 'predict_std',
  apply: 'apply',
  transform: 'transform',
  kneighbors: 'kneighbors',
}

/**
 * What runs on rows: for `prediction`, `prediction` and `probability_<class>` as in the platform's files of predictions, or what a
 * transformer gives where the model predicts nothing. Throws `model.method` where the model has no such method.
 */
export const answerer = (
  scorer: Scorer,
  asked: Asked,
): { readonly isOfBatch: boolean; readonly answer: (data: Data) => Answers } => {
  const { predict, predictProba, transform } = scorer.methods
  if (asked === 'transform' || (asked === 'prediction' && predict === undefined)) {
    if (transform === undefined) throw lacking(scorer, asked === 'prediction' ? 'predict' : asked)
    return { isOfBatch: false, answer: (data) => transformed(scorer, data) }
  }
  if (asked === 'prediction' && predict !== undefined) {
    const isClassifier = predict.labels !== undefined && predictProba !== undefined
    const outputs = isClassifier ? [predict, predictProba] : [predict]
    return {
      isOfBatch: outputs.some(({ isOfBatch }) => isOfBatch === true),
      answer: (data) => ({
        rows: data.rows,
        columns: predicted(predict, isClassifier ? predictProba : undefined, data),
      }),
    }
  }
  const output = scorer.methods[asked as Exclude<Asked, 'prediction' | 'transform'>]
  if (output === undefined) throw lacking(scorer, asked as MethodName)
  const name =
    asked === 'predict' ? 'prediction' : asked === 'predictProba' ? 'probability' : methodWords[asked as MethodName]
  return {
    isOfBatch: output.isOfBatch === true,
    answer: (data) => ({ rows: data.rows, columns: outputColumns(name, output, data) }),
  }
}

const lacking = ({ name, methods }: Scorer, method: MethodName) => {
  const has = (Object.keys(methods) as MethodName[]).map((one) => methodWords[one])
  return scoringError('model.method', { name, method: methodWords[method], why: `it has ${has.join(', ') || 'none'}` })
}

const predicted = (predict: Output, predictProba: Output | undefined, data: Data): readonly AnswerColumn[] => {
  if (predictProba === undefined) return outputColumns('prediction', predict, data)
  const probabilities = run(predictProba, data)
  const { columns } = predictProba
  const labels =
    predict.isMostLikely === true
      ? Float64Array.from({ length: data.rows }, (_, row) => argmax(probabilities, row * columns, columns))
      : run(predict, data)
  return [
    ...outputColumns('prediction', predict, data, labels),
    ...outputColumns('probability', predictProba, data, probabilities),
  ]
}

const outputColumns = (
  name: string,
  output: Output,
  data: Data,
  all: Float64Array = run(output, data),
): readonly AnswerColumn[] => {
  const { columns, labels, names, isVector } = output
  return Array.from({ length: columns }, (_, column): AnswerColumn => {
    const own = names?.[column]
    const target = own?.target === undefined ? '' : `_${own.target}`
    const end = own === undefined ? (isVector ? '' : `_${column}`) : `${target}_${own.label}`
    const values = columns === 1 ? all : new Float64Array(data.rows)
    if (columns > 1) for (let row = 0; row < data.rows; row++) values[row] = all[row * columns + column] as number
    const texts = labels?.[column]
    return { name: `${name}${end}`, values: texts === undefined ? values : labelled(texts, values) }
  })
}

const labelled = (labels: Labels, values: Float64Array): readonly string[] => {
  const texts = labelTexts(labels)
  return Array.from(values, (value) => texts[value] ?? '')
}

const rowNumbers = ' row'

/** What a transformer gives; of Spark's stages, the columns that they add, vectors part by part. */
const transformed = ({ methods: { transform } }: Scorer, data: Data): Answers => {
  if (data.kind === 'named') {
    const numbers: NamedColumn = { kind: 'numbers', values: Float64Array.from({ length: data.rows }, (_, row) => row) }
    const result = transform?.apply({ ...data, columns: new Map([...data.columns, [rowNumbers, numbers]]) }) ?? data
    if (result.kind !== 'named') return { rows: 0, columns: [] }
    const kept = result.columns.get(rowNumbers)
    const added = Array.from(result.columns).filter(([name]) => name !== rowNumbers && !data.columns.has(name))
    return {
      rows: result.rows,
      columns: added.flatMap(([name, column]) => namedAnswer(name, column)),
      ...(kept?.kind === 'numbers' && result.rows < data.rows ? { kept: kept.values } : {}),
    }
  }
  const result = transform?.apply(data) ?? data
  const name = (column: number): string => (transform?.isVector === true ? 'transform' : `transform_${column}`)
  switch (result.kind) {
    case 'dense':
      return {
        rows: result.rows,
        columns: Array.from({ length: result.columns }, (_, column) => ({
          name: name(column),
          values: Float64Array.from(
            { length: result.rows },
            (__, row) => result.values[row * result.columns + column] as number,
          ),
        })),
      }
    case 'sparse': {
      const columns = Array.from({ length: result.columns }, () => new Float64Array(result.rows))
      for (let row = 0; row < result.rows; row++)
        for (let i = result.starts[row] as number; i < (result.starts[row + 1] as number); i++)
          (columns[result.indices[i] as number] as Float64Array)[row] = result.values[i] as number
      return { rows: result.rows, columns: columns.map((values, column) => ({ name: name(column), values })) }
    }
    case 'frame':
      return {
        rows: result.rows,
        columns: result.columns.map(({ values }, column) => ({
          name: name(column),
          values: values instanceof Float64Array ? values : values.map((cell) => (cell === null ? null : String(cell))),
        })),
      }
    default:
      return { rows: 0, columns: [] }
  }
}

const namedAnswer = (name: string, column: NamedColumn): readonly AnswerColumn[] => {
  if (column.kind === 'textLists')
    return [{ name, values: column.values.map((list) => (list === null ? null : JSON.stringify(list))) }]
  if (column.kind !== 'vectors') return [{ name, values: column.values }]
  const { rows, columns, values } = column.values.kind === 'sparse' ? writtenOut(column.values, name) : column.values
  return Array.from({ length: columns }, (_, part) => ({
    name: `${name}:${part}`,
    values: Float64Array.from({ length: rows }, (__, row) => values[row * columns + part] as number),
  }))
}
