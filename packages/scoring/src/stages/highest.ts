/** The index of the highest of `count` values from `start`, the first of equal ones: as in Spark, nothing is above a NaN in the first place, and no NaN above anything. */
export const highest = (values: Float64Array, start: number, count: number): number => {
  let best = 0
  for (let i = 1; i < count; i++) if ((values[start + i] as number) > (values[start + best] as number)) best = i
  return best
}
