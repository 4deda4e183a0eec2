import type { Named } from '../data/named.ts'

/** Rows without some columns. */
export type WithoutColumns = { readonly kind: 'withoutColumns'; readonly columns: readonly string[] }

export const compileWithoutColumns = ({ columns }: WithoutColumns): ((rows: Named) => Named) => {
  const left = new Set(columns)
  return (rows) => ({ ...rows, columns: new Map(Array.from(rows.columns).filter(([name]) => !left.has(name))) })
}
