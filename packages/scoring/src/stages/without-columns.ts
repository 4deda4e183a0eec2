import type { Named } from '../data/named.ts'
import type { StageColumns } from './columns.ts'

/** Rows without some columns. */
export type WithoutColumns = { readonly kind: 'withoutColumns'; readonly columns: readonly string[] }

export const withoutColumnsColumns = (_: WithoutColumns): StageColumns => ({ reads: [], writes: [] })

export const compileWithoutColumns = ({ columns }: WithoutColumns): ((rows: Named) => Named) => {
  const left = new Set(columns)
  return (rows) => ({ ...rows, columns: new Map(Array.from(rows.columns).filter(([name]) => !left.has(name))) })
}
