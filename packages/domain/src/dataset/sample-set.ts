import {
  type Cell,
  canonicalLabel,
  type Column,
  type ColumnSchema,
  cellReader,
  concatTables,
  type Finding,
  selectColumns,
  type Table,
  tableFromRows,
} from '@modelsmith/table'
import Type, { type Static } from 'typebox'
import { finding } from '../errors.ts'
import type { Partitioning } from '../project/schema.ts'

const strict = { additionalProperties: false } as const

export const sampleRoles = ['feature', 'label', 'weight', 'group', 'time'] as const
export type SampleRole = (typeof sampleRoles)[number]

/** A column of the datasets and what it is for; columns without a role are left out. */
export const SampleField = Type.Object(
  { name: Type.String({ minLength: 1 }), role: Type.Enum([...sampleRoles]) },
  strict,
)
export type SampleField = Static<typeof SampleField>

/** A label, and the values of the label column that mean it. */
export const LabelMapping = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 255 }),
    values: Type.Array(Type.String(), { minItems: 1, maxItems: 1000 }),
  },
  strict,
)
export type LabelMapping = Static<typeof LabelMapping>

export type SampleDefinition = {
  readonly fields: readonly SampleField[]
  /** Left out: the values are the labels, or the number to predict. */
  readonly labels: readonly LabelMapping[]
}

const rolesOnce: readonly SampleRole[] = ['label', 'weight', 'group', 'time']

export const fieldWith = ({ fields }: SampleDefinition, role: SampleRole): string | undefined =>
  fields.find((field) => field.role === role)?.name

/** Everything that is wrong with a sample set over the columns of its datasets. */
export const checkSampleSet = (
  { fields, labels }: SampleDefinition,
  datasets: readonly (readonly ColumnSchema[])[],
): Finding[] => {
  const names = fields.map(({ name }) => name)
  const count = (role: SampleRole) => fields.filter((field) => field.role === role).length
  const values = labels.flatMap((label) => label.values)
  const twice = (all: readonly string[]) => [...new Set(all.filter((each, index) => all.indexOf(each) !== index))]
  return [
    ...(count('label') === 0 ? [finding('sampleSet.noRole', { role: 'label' })] : []),
    ...(count('feature') === 0 ? [finding('sampleSet.noRole', { role: 'feature' })] : []),
    ...rolesOnce.filter((role) => count(role) > 1).map((role) => finding('sampleSet.roleTwice', { role })),
    ...twice(names).map((name) => finding('sampleSet.fieldTwice', { name })),
    ...[...new Set(names)].flatMap((name) => checkField(name, datasets)),
    ...twice(values).map((value) => finding('sampleSet.valueTwice', { value })),
    ...twice(labels.map(({ label }) => label)).map((label) => finding('sampleSet.labelTwice', { label })),
    ...(labels.length === 1 ? [finding('sampleSet.oneLabel', { label: labels[0]?.label ?? '' })] : []),
  ]
}

/** Every dataset has the column, and reads it alike: rows of different types cannot lie in one column. */
const checkField = (name: string, datasets: readonly (readonly ColumnSchema[])[]): Finding[] => {
  const found = datasets.map((columns) => columns.find((column) => column.name === name))
  const absent = found.filter((column) => column === undefined).length
  if (absent > 0) return [finding('sampleSet.noColumn', { name, datasets: absent })]
  const types = [...new Set(found.map((column) => column?.type ?? ''))]
  return types.length > 1 ? [finding('sampleSet.types', { name, types })] : []
}

/**
 * The rows of all datasets one after another, with the columns that have a role, in the order of the fields. With a mapping the
 * label column holds labels; a value that none of them names is missing, and such a row is learned from by nobody.
 */
export const sampleTable = (definition: SampleDefinition, tables: readonly Table[]): Table => {
  const names = definition.fields.map(({ name }) => name)
  const [first, ...others] = tables.map((table) => selectColumns(table, names))
  if (first === undefined) throw new RangeError('A sample set has a dataset.')
  // Formats say how text was read; what is read is read.
  const schema = { columns: first.schema.columns.map(({ name, type }) => ({ name, type })) }
  const joined = concatTables([first, ...others].map((table) => ({ ...table, schema })))
  const label = fieldWith(definition, 'label')
  const index = joined.schema.columns.findIndex(({ name }) => name === label)
  if (definition.labels.length === 0 || index < 0) return joined
  const mapped: ColumnSchema = { name: label ?? '', type: 'category' }
  const column = mapLabels(joined, index, definition.labels, mapped)
  return {
    ...joined,
    schema: { columns: joined.schema.columns.with(index, mapped) },
    columns: joined.columns.with(index, column),
  }
}

const mapLabels = (table: Table, index: number, labels: readonly LabelMapping[], mapped: ColumnSchema): Column => {
  const labelOf = new Map(labels.flatMap(({ label, values }) => values.map((value) => [value, label] as const)))
  const read = cellReader(table.columns[index] as Column, table.schema.columns[index] as ColumnSchema)
  const rows = Array.from({ length: table.rows }, (_, row): Record<string, Cell> => {
    const value = read(row)
    return { [mapped.name]: value === null ? null : (labelOf.get(canonicalLabel(value)) ?? null) }
  })
  return tableFromRows({ columns: [mapped] }, rows).columns[0] as Column
}

/** How often each label occurs, the most frequent first; rows without one are counted as null. */
export const labelCounts = (
  table: Table,
  label: string,
): { readonly label: string | null; readonly rows: number }[] => {
  const index = table.schema.columns.findIndex(({ name }) => name === label)
  const read = cellReader(table.columns[index] as Column, table.schema.columns[index] as ColumnSchema)
  const counts = new Map<string | null, number>()
  for (let row = 0; row < table.rows; row++) {
    const value = read(row)
    const key = value === null ? null : canonicalLabel(value)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, rows]) => ({ label: key, rows })).toSorted((a, b) => b.rows - a.rows)
}

/** Groups stay together and time is kept, where a field says so; otherwise the target decides. */
export const partitioningOfRoles = (definition: SampleDefinition): Partial<Partitioning> => {
  const time = fieldWith(definition, 'time')
  const group = fieldWith(definition, 'group')
  if (group !== undefined) return { method: 'group', column: group }
  return time === undefined ? {} : { method: 'date', column: time }
}
