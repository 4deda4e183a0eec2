import type { SampleSetPreview } from '@modelsmith/api'
import {
  detectTargetType,
  fieldWith,
  labelCounts,
  maskTable,
  type SampleDefinition,
  sampleTable,
} from '@modelsmith/domain'
import { rowsFromTable, sliceRows, type Table } from '@modelsmith/table'

const shownRows = 50
const shownLabels = 100

/** The first rows of a sample set over its datasets, and its labels; the values of `hidden` columns are left out. */
export const previewOf = (
  datasets: readonly Table[],
  definition: SampleDefinition,
  hidden: ReadonlySet<string>,
): SampleSetPreview => {
  const table = sampleTable(definition, datasets)
  const label = fieldWith(definition, 'label') ?? ''
  const counts = labelCounts(table, label)
  const known = counts.filter((count) => count.label !== null)
  const decision = detectTargetType({
    name: label,
    type: table.schema.columns.find(({ name }) => name === label)?.type ?? 'text',
    rows: table.rows,
    missing: counts.find((count) => count.label === null)?.rows ?? 0,
    distinct: known.length,
    top: known.slice(0, 1).map((count) => ({ value: count.label ?? '', count: count.rows })),
  })
  return {
    columns: table.schema.columns.map((column) => ({ ...column })) as SampleSetPreview['columns'],
    rows: rowsFromTable(maskTable(sliceRows(table, 0, Math.min(shownRows, table.rows)), hidden)),
    total: table.rows,
    labels: hidden.has(label) ? [] : counts.slice(0, shownLabels),
    targetType: decision.targetType ?? null,
    reason: decision.reason,
  }
}
