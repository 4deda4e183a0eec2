import { randomFrom, shuffle } from '../random.ts'

/**
 * Rows that a training on a share of the training rows may fit on: `round(share × rows)` of each part, at least one, drawn from the
 * seed. A smaller share is part of a larger one, so that a learning curve compares like with like. All rows of a fold are predicted.
 *
 * @returns 1 for a row that may be fitted on
 */
export const sampleTraining = (partition: Int8Array, share: number, seed: number): Uint8Array => {
  const mask = new Uint8Array(partition.length)
  for (const part of new Set(partition)) {
    if (part <= 0) continue
    const rows = Int32Array.from(partition.keys()).filter((row) => partition[row] === part)
    shuffle(rows, randomFrom(seed))
    for (const row of rows.subarray(0, Math.max(1, Math.round(rows.length * share)))) mask[row] = 1
  }
  return mask
}
