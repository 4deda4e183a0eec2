import type { BodyOf, Endpoints, Project } from '@modelsmith/api'
import {
  adviseMetric,
  checkDownsampling,
  checkPositiveClass,
  checkTargetType,
  checkWeightRole,
  checkWeights,
  classCodes,
  classesOf,
  defaultPartitioning,
  detectTargetType,
  downsample,
  type EstimatorType,
  type FeatureColumn,
  isError,
  type Majority,
  majorityClass,
  majorityZeros,
  metricNames,
  type NamedColumn,
  type Partitioning,
  shapeOf,
  splitRows,
} from '@modelsmith/domain'
import { excludedPart } from '@modelsmith/engine'
import { columnIndex, type Finding, isValid, type Table } from '@modelsmith/table'
import { projectError } from './errors.ts'

type NewProject = Omit<BodyOf<Endpoints['createProject']>, 'datasetVersionId'>

/** What a project freezes of a table: which rows are of which part, what they weigh, what is learned from what. */
export type ProjectPlan = {
  /** The table, with a column of corrected weights where rows were taken out of the largest class. */
  readonly table: Table
  readonly isNewTable: boolean
  readonly columns: readonly FeatureColumn[]
  readonly features: readonly string[]
  readonly targetType: EstimatorType
  readonly classes: readonly string[]
  readonly metric: string | null
  readonly weights: string | null
  readonly downsampling: Project['downsampling']
  readonly partitioning: Partitioning
  readonly partition: Int8Array
  readonly parts: Project['parts']
  readonly rows: Project['rows']
}

const words = (findings: readonly Finding[]): string => findings.map(({ message }) => message).join(' ')

/** What a function says of these rows of the table. */
type AskFunction = (rows: Int32Array, partitioning: Partitioning) => Promise<Float64Array>

/** Plans a project over a table; refused with everything that is wrong. Only where nothing else is wrong a function is asked for the parts. */
export const planProject = async (table: Table, body: NewProject, askFunction: AskFunction): Promise<ProjectPlan> => {
  demandColumns(table, body)
  const target = body.target === undefined ? undefined : named(table, body.target)
  const { targetType, classes } = target === undefined ? anomalies(body) : chooseTarget(target, table.rows, body)
  // Anomalies are looked for in all rows, whether or not somebody labelled them.
  const learned = targetType === 'anomaly' ? undefined : target
  const rowsOfTable = Int32Array.from({ length: table.rows }, (_, row) => row)
  const used = learned === undefined ? rowsOfTable : rowsOfTable.filter((row) => isValid(learned.column.validity, row))
  const codes =
    learned === undefined || classes.length === 0
      ? undefined
      : classCodes(learned.column, learned.schema, table.rows, classes)
  const numbers = learned?.column.kind === 'float64' ? learned.column.values : undefined
  const partitioning: Partitioning = { ...defaultPartitioning(targetType), ...body.partitioning }
  const metric = chooseMetric(body.metric, targetType, classes, shapeAt(targetType, numbers, used))

  const weights = body.weights === undefined ? undefined : named(table, body.weights)
  const ofWeights =
    weights === undefined
      ? []
      : [
          ...checkWeightRole(weights.schema.name, body.target, body.features),
          ...checkWeights(weights.column, weights.schema, used),
        ]
  const majority = body.downsampling === undefined ? undefined : majorityOf(used, codes, numbers, classes)
  const ofDownsampling =
    body.downsampling === undefined
      ? []
      : checkDownsampling(majority ?? { label: '', rows: 0, next: 0 }, body.downsampling.kept, targetType)
  const known = weights?.column.kind === 'float64' ? weights.column.values : undefined
  const sampled =
    majority === undefined || body.downsampling === undefined || ofDownsampling.length > 0 || ofWeights.length > 0
      ? undefined
      : downsample(used.length, majority, {
          kept: body.downsampling.kept,
          seed: partitioning.seed,
          weights: known === undefined ? undefined : takeValues(known, used),
        })
  const rows = sampled === undefined ? used : Int32Array.from(sampled.kept, (position) => used[position] as number)
  const ofRoles = [...ofWeights.map(at('/weights')), ...ofDownsampling.map(at('/downsampling/kept'))]
  const isByFunction = partitioning.method === 'function'
  if (isByFunction && ofRoles.length > 0) throw refusedRows(ofRoles)
  const split = splitRows(partitioning, {
    rows,
    ...(isByFunction ? { said: await askFunction(rows, partitioning), labels: classes } : {}),
    targetType,
    target: body.target,
    codes: codes === undefined ? undefined : Int32Array.from(rows, (row) => codes[row] as number),
    classes: codes === undefined ? 0 : classes.length,
    by: partitioning.column === undefined ? undefined : named(table, partitioning.column),
  })
  const problems = [...ofRoles, ...('parts' in split ? [] : split.map((found) => at(partitionField(found))(found)))]
  if (!('parts' in split) || problems.length > 0) throw refusedRows(problems)

  const partition = new Int8Array(table.rows).fill(excludedPart)
  rows.forEach((row, index) => {
    partition[row] = split.parts[index] as number
  })
  const correction = sampled === undefined ? undefined : correctedWeights(table, rows, sampled.weights)
  const frozen = correction?.table ?? table
  const columns = frozen.schema.columns.map(
    (each, index): FeatureColumn => ({ ...each, missing: frozen.columns[index]?.validity !== undefined }),
  )
  const count = (isOf: (part: number) => boolean) => split.parts.reduce((sum, part) => sum + (isOf(part) ? 1 : 0), 0)
  return {
    table: frozen,
    isNewTable: correction !== undefined,
    columns,
    features: featuresOf(table, body, partitioning),
    targetType,
    classes,
    metric,
    weights: correction?.name ?? body.weights ?? null,
    downsampling:
      body.downsampling === undefined || majority === undefined
        ? null
        : {
            kept: body.downsampling.kept,
            majority: majority.label,
            leftOut: used.length - rows.length,
            weights: body.weights ?? null,
          },
    partitioning: { ...partitioning, folds: split.folds },
    partition,
    parts: split.summary.map((part) => ({ ...part })),
    rows: {
      total: table.rows,
      training: count((part) => part > 0),
      holdout: count((part) => part === 0),
      missingTarget: table.rows - used.length,
    },
  }
}

const refusedRows = (problems: readonly Finding[]) =>
  projectError('project.rows', { problems: words(problems) }, { findings: [...problems] })

const named = (table: Table, name: string): NamedColumn | undefined => {
  const index = columnIndex(table, name)
  const column = table.columns[index]
  const schema = table.schema.columns[index]
  return column === undefined || schema === undefined ? undefined : { column, schema }
}

const takeValues = (values: Float64Array, rows: Int32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row] as number)

/** The field of the request that a finding is about. */
const at =
  (pointer: string) =>
  (found: Finding): Finding => ({ ...found, place: { pointer } })

const ofFolds: ReadonlySet<string> = new Set(['project.oneFold', 'project.tooFewRows', 'project.tooFewGroups'])

const partitionField = ({ code }: Finding): string => {
  if (code.startsWith('project.function')) return '/partitioning/function'
  return fieldOf(code)
}

const fieldOf = (code: string): string =>
  code === 'project.notStratified'
    ? '/partitioning/method'
    : ofFolds.has(code)
      ? '/partitioning/folds'
      : '/partitioning/column'

const demandColumns = (table: Table, { target, weights, partitioning, features }: NewProject): void => {
  const asked = [target, weights, partitioning?.column, ...(features ?? [])].filter((name) => name !== undefined)
  const unknown = [...new Set(asked)].filter((name) => columnIndex(table, name) < 0)
  if (unknown.length > 0)
    throw projectError('project.unknownColumn', { names: unknown.map((name) => `"${name}"`).join(', ') })
}

/** All but the target, the weights and what only names the part of a row; or those chosen. */
const featuresOf = (table: Table, body: NewProject, { method, column }: Partitioning): string[] => {
  const never = new Set([body.target, body.weights])
  const unless = new Set(method === 'column' ? [column] : [])
  const features = body.features ?? table.schema.columns.map(({ name }) => name).filter((name) => !unless.has(name))
  const left = features.filter((name) => !never.has(name))
  if (left.length === 0) throw projectError('project.features', {})
  return left
}

const shapeAt = (targetType: EstimatorType, numbers: Float64Array | undefined, used: Int32Array) =>
  targetType === 'regression' && numbers !== undefined ? shapeOf(takeValues(numbers, used)) : undefined

const majorityOf = (
  used: Int32Array,
  codes: Int32Array | undefined,
  numbers: Float64Array | undefined,
  classes: readonly string[],
): Majority | undefined => {
  if (codes !== undefined)
    return majorityClass(
      Int32Array.from(used, (row) => codes[row] as number),
      classes,
    )
  return numbers === undefined ? undefined : majorityZeros(takeValues(numbers, used))
}

/** The table with one more column; rows that take no part have the weight 0. */
const correctedWeights = (table: Table, rows: Int32Array, weights: Float64Array) => {
  const names = new Set(table.schema.columns.map(({ name }) => name))
  let name = 'corrected weight'
  while (names.has(name)) name = `${name}'`
  const values = new Float64Array(table.rows)
  rows.forEach((row, index) => {
    values[row] = weights[index] as number
  })
  return {
    name,
    table: {
      schema: { columns: [...table.schema.columns, { name, type: 'number' }] },
      rows: table.rows,
      columns: [...table.columns, { kind: 'float64', values, validity: undefined }],
    } satisfies Table,
  }
}

/** Nothing measures anomaly scores where nobody says which rows are anomalies. */
const chooseMetric = (
  asked: string | undefined,
  targetType: EstimatorType,
  classes: readonly string[],
  shape: ReturnType<typeof shapeAt>,
): string | null => {
  if (asked !== undefined) demandMetric(asked, targetType, classes)
  return asked ?? (targetType === 'anomaly' && classes.length === 0 ? null : adviseMetric(targetType, shape).metric)
}

export const demandMetric = (metric: string, targetType: EstimatorType, classes: readonly string[]): void => {
  if (targetType === 'anomaly' && classes.length === 0) throw projectError('project.noLabels', { metric })
  const known: readonly string[] = metricNames[targetType]
  if (!known.includes(metric)) throw projectError('project.metric', { metric, known: known.join(', ') })
}

/** What a project without a target can be of. */
const anomalies = ({ targetType, positiveClass }: NewProject): { targetType: 'anomaly'; classes: [] } => {
  if (targetType === 'anomaly' && positiveClass === undefined) return { targetType, classes: [] }
  const about = positiveClass === undefined ? '/target' : '/positiveClass'
  const { code, message } = projectError('project.noTarget', { targetType, positiveClass })
  throw projectError(
    'project.noTarget',
    { targetType, positiveClass },
    { findings: [{ code, message, place: { pointer: about } }] },
  )
}

/** The target as chosen, or as the column suggests; refused with every reason. */
const chooseTarget = ({ column, schema }: NamedColumn, rows: number, body: NewProject) => {
  const classes = classesOf(column, schema, rows, body.positiveClass)
  const profile = {
    name: schema.name,
    type: schema.type,
    rows,
    missing: countMissing(column.validity, rows),
    distinct: classes.length,
    top: classes.slice(0, 1).map((value) => ({ value, count: rows })),
  }
  const decision = body.targetType === undefined ? detectTargetType(profile) : undefined
  const targetType: EstimatorType | undefined = body.targetType ?? decision?.targetType
  const ofTarget = decision?.findings ?? checkTargetType(profile, body.targetType as EstimatorType)
  const ofClass =
    targetType === 'binary' || targetType === 'anomaly'
      ? checkPositiveClass(schema.name, classes, body.positiveClass)
      : []
  const findings = [...ofTarget.filter(isError), ...ofClass]
  if (targetType === undefined || findings.length > 0) {
    throw projectError('project.target', { problems: words(findings) || (decision?.reason ?? '') }, { findings })
  }
  return { targetType, classes: targetType === 'regression' ? [] : classes }
}

const countMissing = (validity: NamedColumn['column']['validity'], rows: number): number => {
  let missing = 0
  for (let row = 0; row < rows; row++) if (!isValid(validity, row)) missing++
  return missing
}
