import type { Explanation } from '@modelsmith/api'
import { holdoutPart, trainOnlyPart, validationPart } from '@modelsmith/domain'
import type { ProjectRow } from '../projects/index.ts'

/** Neither the holdout nor rows that were left out, as those without a target are. */
export const isTrained = (part: number): boolean => part > holdoutPart

/** Rows of a project that are in some of its parts. */
export const partRows = ({ partition }: Pick<ProjectRow, 'partition'>, keep: (part: number) => boolean): Int32Array =>
  Int32Array.from(partition.keys()).filter((row) => keep(partition.readInt8(row)))

/** What a part is called; rows that were left out are in none. */
export const nameOfPart = (part: number): Explanation['part'] => {
  if (part === holdoutPart) return 'holdout'
  if (part === validationPart) return 'validation'
  if (part === trainOnlyPart) return 'trainOnly'
  return isTrained(part) ? 'crossValidation' : null
}
