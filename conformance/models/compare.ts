import { agree, isSameLabel } from '@modelsmith/scoring'
import type { PredictedColumn } from './predictions.ts'

const ofMagnitudes = 1e-12

/**
 * Why a column differs from what the library gave; undefined where it is the same. Labels must be identical. Numbers may
 * differ by 1e-9 of themselves, or by 1e-12 of `magnitude` (what was added up to get them), or not at all where `isExact`. Where `isRoot`, it
 * is the squares that were added up: a distance near zero keeps few of their digits. `hasNulls` tells a null, which is empty, from NaN.
 */
export const difference = (
  column: PredictedColumn,
  expected: readonly string[],
  {
    isExact,
    isRoot = false,
    hasNulls = false,
    magnitude,
  }: { readonly isExact: boolean; readonly isRoot?: boolean; readonly hasNulls?: boolean; readonly magnitude: number },
): string | undefined => {
  for (let row = 0; row < expected.length; row++) {
    const wanted = expected[row] as string
    if (column.isLabel) {
      if (!isSameLabel(column.text(row), wanted))
        return `row ${row}: ${column.name} is ${column.text(row)}, not ${wanted}`
      continue
    }
    if (hasNulls && (wanted === '') !== (column.text(row) === ''))
      return `row ${row}: ${column.name} is ${column.text(row) || 'null'}, not ${wanted || 'null'}`
    const found = column.values[row] as number
    const number = numberOf(wanted)
    if (isExact ? Object.is(found, number) || found === number : agree(found, number, magnitude)) continue
    if (isRoot && Math.abs(found ** 2 - number ** 2) <= ofMagnitudes * magnitude ** 2) continue
    return `row ${row}: ${column.name} is ${column.text(row)}, not ${wanted}`
  }
  return undefined
}

/** How far a number is from what the library gave, of that number or of a thousandth of what was added up to get it: at most 1e-9. */
export const apart = (
  found: number,
  wanted: number,
  { isRoot = false, magnitude }: { readonly isRoot?: boolean; readonly magnitude: number },
): number => {
  if (Object.is(found, wanted) || found === wanted) return 0
  const own = Math.abs(found - wanted) / Math.max(Math.abs(wanted), ofMagnitudes * 1e9 * magnitude)
  return isRoot ? Math.min(own, Math.abs(found ** 2 - wanted ** 2) / (ofMagnitudes * 1e9 * magnitude ** 2)) : own
}

export const numberOf = (text: string): number => {
  if (text === 'nan' || text === '') return Number.NaN
  if (text.endsWith('inf')) return text.startsWith('-') ? -Infinity : Infinity
  if (text === 'true' || text === 'True') return 1
  if (text === 'false' || text === 'False') return 0
  return Number(text)
}
