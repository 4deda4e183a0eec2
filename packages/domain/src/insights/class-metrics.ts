/** How one class fares in a confusion matrix; null where nothing is to be divided by. */
export type ClassMetrics = {
  readonly label: string
  /** Rows that are of the class, and rows that are taken for it. */
  readonly rows: number
  readonly predicted: number
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
}

/** From `counts[actual][predicted]`. */
export const classMetrics = (
  classes: readonly string[],
  counts: readonly (readonly number[])[],
): readonly ClassMetrics[] =>
  classes.map((label, index) => {
    const hits = counts[index]?.[index] ?? 0
    const rows = (counts[index] ?? []).reduce((sum, count) => sum + count, 0)
    const predicted = counts.reduce((sum, line) => sum + (line[index] ?? 0), 0)
    const share = (whole: number): number | null => (whole === 0 ? null : hits / whole)
    return {
      label,
      rows,
      predicted,
      precision: share(predicted),
      recall: share(rows),
      f1: rows + predicted === 0 ? null : (2 * hits) / (rows + predicted),
    }
  })
