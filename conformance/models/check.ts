import { ModelsmithError } from '@modelsmith/table'
import {
  compile,
  type Data,
  type Kernels,
  type MethodName,
  type Named,
  openModel,
  type Scorer,
} from '@modelsmith/scoring'
import { csvCell } from './cells.ts'
import { difference, numberOf } from './compare.ts'
import type { Fixture } from './fixture.ts'
import { methodOf, type PredictedColumn, predictedColumns } from './predictions.ts'
import { oneSparkRow, sparkColumns } from './spark.ts'

export type Verdict =
  | { readonly outcome: 'ok'; readonly predictions: string }
  | { readonly outcome: 'not ok' | 'skip'; readonly why: string }

/** Opens a fixture's model, scores its rows, and compares with what the library predicted. */
export const checkFixture = (fixture: Fixture, kernels: Kernels = 'webassembly'): Verdict => {
  try {
    const scorer = compile(openModel(fixture.bytes), { kernels })
    return compareAll(fixture, scorer)
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    return { outcome: error.kind === 'unsupported' ? 'skip' : 'not ok', why: inOneLine(error) }
  }
}

const inOneLine = (error: ModelsmithError): string =>
  [error.message, ...error.findings.slice(0, 3).map(({ message }) => message)].join(' ').replaceAll('\n', ' ')

const compareAll = (fixture: Fixture, scorer: Scorer): Verdict => {
  const { data, header, expected, className, raising } = fixture
  const columns = new Map<string, PredictedColumn>()
  const methods = data.kind === 'named' ? new Set<MethodName>() : new Set(header.map((name) => methodOf(name)))
  if (data.kind === 'named')
    for (const column of sparkColumns(scorer, data, new Set(header))) columns.set(column.name, column)
  for (const method of methods) {
    if (method === undefined) return { outcome: 'not ok', why: `the columns ${header.join(', ')} are not understood` }
    for (const column of predictedColumns(scorer, method, data)) columns.set(column.name, column)
  }
  for (const name of raising) {
    const method = methodOf(name)
    if (method !== undefined && answers(scorer, method, data))
      return { outcome: 'not ok', why: `${name} answers where the library raises` }
  }
  for (const [index, name] of header.entries()) {
    const column = columns.get(name)
    if (column === undefined) return { outcome: 'not ok', why: `there is no ${name}` }
    if (column.values.length !== expected.length)
      return { outcome: 'not ok', why: `${name} has ${column.values.length} rows, not ${expected.length}` }
    const cells = expected.map((record) => record[index] as string)
    const isOfSets = className.endsWith('.FPGrowthModel')
    const why = difference(
      isOfSets ? { ...column, text: (row) => asSet(column.text(row)) } : column,
      isOfSets ? cells.map(asSet) : cells,
      { ...toleranceOf(fixture, name), hasNulls: data.kind === 'named' },
    )
    if (why !== undefined) return { outcome: 'not ok', why }
  }
  const single = dependsOnOtherRows.test(className)
    ? undefined
    : data.kind === 'named'
      ? differentSparkRow(scorer, data, columns, expected.length)
      : differentSingleRow(scorer, data, columns, [...methods] as readonly MethodName[])
  if (single !== undefined) return { outcome: 'not ok', why: single }
  const lines = expected.map((_, row) => header.map((name) => csvCell(columns.get(name)?.text(row) ?? '')).join(','))
  return { outcome: 'ok', predictions: `${[header.map(csvCell).join(','), ...lines].join('\n')}\n` }
}

/** Rules of items come in the order in which Spark's partitions lie, and so does what follows from them. */
export const asSet = (list: string): string => JSON.stringify((JSON.parse(list) as readonly string[]).toSorted())

/** How far a column may be from what the library gave. */
export const toleranceOf = (
  { expected, className, isThreaded, hasLogLink, startsAnywhere }: Fixture,
  name: string,
): { readonly isExact: boolean; readonly isRoot: boolean; readonly magnitude: number } => {
  const magnitude = expected
    .flat()
    .map((text) => Math.abs(numberOf(text)))
    .filter(Number.isFinite)
    .reduce((most, number) => Math.max(most, number), 1)
  return {
    isExact: isExact(className, name) && !isThreaded && !hasLogLink,
    isRoot: isDistance(className, name),
    magnitude: Math.max(magnitude, addedUp(className, name, startsAnywhere)),
  }
}

/** Sums of trees have one order in the library; exponentials and logarithms behind them have none. */
const isExact = (className: string, column: string): boolean =>
  (/\.(DecisionTree|ExtraTree|RandomForest)\w*$/.test(className) && /^predict(_proba)?\b/.test(column)) ||
  (/\.(Hist)?GradientBoostingRegressor$/.test(className) && column === 'predict')

/** Euclidean distances, which the library computes from squares and a product. */
const isDistance = (className: string, column: string): boolean =>
  /\.(\w*KMeans|Birch|NearestNeighbors|KNeighbors\w+)$/.test(className) && /^(transform|kneighbors_dist)/.test(column)

/**
 * The variance of a Gaussian process is what is left of products with an inverse whose entries grow up to a million; the
 * library itself gives other last digits on another machine.
 */
const addedUp = (className: string, column: string, startsAnywhere: boolean): number => {
  if (className.endsWith('.GaussianProcessRegressor') && column.startsWith('predict_std')) return 1e6
  // Products with the inverse root of a matrix whose least singular values count as 1e-12.
  if (className.endsWith('.Nystroem')) return 1e6
  // Of the random numbers from which it starts the result keeps a part in 100,000, or in old versions in 10,000.
  if (startsAnywhere) return 1e8
  return className.endsWith('.DistributedLDAModel') ? 1e7 : 0
}

/** In the library too: NMF stops when all rows have settled, SparsePCA of 0.21 scales by all rows. */
const dependsOnOtherRows = /\.(NMF|(MiniBatch)?SparsePCA)$/

const answers = (scorer: Scorer, method: MethodName, data: Data): boolean => {
  try {
    return predictedColumns(scorer, method, data).length > 0
  } catch (error) {
    if (error instanceof ModelsmithError) return false
    throw error
  }
}

/** One row by itself must give what it gives among others. */
const differentSingleRow = (
  scorer: Scorer,
  data: Data,
  columns: ReadonlyMap<string, PredictedColumn>,
  methods: readonly MethodName[],
): string | undefined => {
  for (let row = 0; row < Math.min(data.rows, 20); row++)
    for (const method of methods.filter((one) => !dependsOnBatch(scorer, one)))
      for (const { name, text } of predictedColumns(scorer, method, oneRow(data, row))) {
        const among = columns.get(name)?.text(row)
        if (text(0) !== among) return `row ${row}: ${name} is ${text(0)} by itself and ${among} among others`
      }
  return undefined
}

/** The same of Spark's rows; where stages left rows out, none has a partner of the same number. */
const differentSparkRow = (
  scorer: Scorer,
  data: Named,
  columns: ReadonlyMap<string, PredictedColumn>,
  rows: number,
): string | undefined => {
  if (rows !== data.rows) return undefined
  for (let row = 0; row < Math.min(data.rows, 20); row++)
    for (const { name, text } of sparkColumns(scorer, oneSparkRow(data, row), new Set(columns.keys()))) {
      const among = columns.get(name)?.text(row)
      if (text(0) !== among) return `row ${row}: ${name} is ${text(0)} by itself and ${among} among others`
    }
  return undefined
}

const dependsOnBatch = ({ methods: { transform: _, ...outputs } }: Scorer, method: MethodName): boolean =>
  method !== 'transform' && outputs[method]?.isOfBatch === true

export const oneRow = (data: Data, row: number): Data => {
  switch (data.kind) {
    case 'dense':
      return { ...data, rows: 1, values: data.values.slice(row * data.columns, (row + 1) * data.columns) }
    case 'frame':
      return {
        ...data,
        rows: 1,
        columns: data.columns.map(({ name, values }) => ({ name, values: values.slice(row, row + 1) })),
      }
    case 'texts':
      return { ...data, rows: 1, values: data.values.slice(row, row + 1) }
    case 'dicts':
      return { ...data, rows: 1, values: data.values.slice(row, row + 1) }
    case 'named':
      return oneSparkRow(data, row)
    case 'sparse':
      throw new Error('Fixtures have no sparse rows.')
  }
}
