import type { Measured, MeasuredRow } from '../accuracy/measures.ts'

/** Challengers of one deployment. */
export const mostChallengers = 5
/** For how long the rows of a deployment with challengers are kept where nobody says it, and at most. */
export const keptRows = { usualDays: 30, mostDays: 90, mostBytes: 2 ** 30 } as const

/** How the answers of one of the two are spread. */
export type Spread = {
  /** Of the numbers, or of the probabilities of the second of two classes. */
  readonly mean: number | null
  readonly classes: readonly { readonly label: string; readonly rows: number }[]
}

/** A challenger beside the champion, on the same rows. */
export type Compared = {
  readonly rows: number
  /** Share of the rows with the same class; of numbers, with the same number. */
  readonly agreement: number | null
  /** Challenger less champion, of what `mean` is of. */
  readonly meanDifference: number | null
  readonly meanAbsoluteDifference: number | null
  readonly challenger: Spread
  readonly champion: Spread
}

/** Sums of as many rows as anybody has stay within a double. */
const mostAddend = 1e200

/**
 * What a row adds to the sums: one, whether both say the same, then of what means are of: one, the challenger's, the champion's, their
 * difference, its size; of classes there follow whether the challenger says each of them, and whether the champion does. Undefined where one of them says nothing finite.
 */
export const comparisonSums = (how: Measured, challenger: MeasuredRow, champion: MeasuredRow): number[] | undefined => {
  const sums = how.kind === 'classes' ? ofClasses(how.classes, challenger, champion) : ofNumbers(challenger, champion)
  return sums?.every((value) => Math.abs(value) < mostAddend) === true ? sums : undefined
}

const pair = (challenger: number, champion: number): number[] => [
  1,
  challenger,
  champion,
  challenger - champion,
  Math.abs(challenger - champion),
]

const ofNumbers = (challenger: MeasuredRow, champion: MeasuredRow): number[] | undefined =>
  challenger.prediction === null || champion.prediction === null
    ? undefined
    : [1, Number(challenger.prediction === champion.prediction), ...pair(challenger.prediction, champion.prediction)]

const ofClasses = (
  classes: readonly string[],
  challenger: MeasuredRow,
  champion: MeasuredRow,
): number[] | undefined => {
  if (challenger.label === null || champion.label === null) return undefined
  const [own, other] = [challenger.probabilities?.[1], champion.probabilities?.[1]]
  const says = ({ label }: MeasuredRow) => classes.map((each) => Number(each === label))
  return [
    1,
    Number(challenger.label === champion.label),
    ...(classes.length === 2 && own !== undefined && other !== undefined ? pair(own, other) : [0, 0, 0, 0, 0]),
    ...says(challenger),
    ...says(champion),
  ]
}

/** How far the two are apart: the numbers, or the probabilities of the class where that is most; null where one of them says nothing of these. */
export const distanceOf = (how: Measured, challenger: MeasuredRow, champion: MeasuredRow): number | null => {
  if (how.kind !== 'classes') return distance(challenger.prediction, champion.prediction)
  const distances = how.classes.map((_, at) =>
    distance(challenger.probabilities?.[at] ?? null, champion.probabilities?.[at] ?? null),
  )
  return distances.reduce(larger, null)
}

const distance = (a: number | null, b: number | null): number | null => {
  const apart = a === null || b === null ? Number.NaN : Math.abs(a - b)
  return Number.isFinite(apart) ? apart : null
}

/** The larger of two; of nothing and one, that one. */
export const larger = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b)

/** The comparison that these sums tell. */
export const comparedOf = (how: Measured, sums: readonly number[]): Compared => {
  const [rows = 0, same = 0, pairs = 0, challenger = 0, champion = 0, difference = 0, size = 0, ...counts] = sums
  const mean = (sum: number) => (pairs === 0 ? null : sum / pairs)
  const classes = how.kind === 'classes' ? how.classes : []
  const spread = (sum: number, start: number): Spread => ({
    mean: mean(sum),
    classes: classes.map((label, at) => ({ label, rows: counts[start + at] ?? 0 })),
  })
  return {
    rows,
    agreement: rows === 0 ? null : same / rows,
    meanDifference: mean(difference),
    meanAbsoluteDifference: mean(size),
    challenger: spread(challenger, 0),
    champion: spread(champion, classes.length),
  }
}
