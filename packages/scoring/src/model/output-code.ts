import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { binaryScores, sideBySide } from './members.ts'
import type { Model } from './model.ts'
import { vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** Each class has a code word, each member scores one letter of it; the class with the nearest word wins. */
export type OutputCodeModel = {
  readonly kind: 'output-code'
  readonly name: string
  readonly members: readonly Model[]
  readonly classes: Labels
  /** classes × members. */
  readonly codes: Float64Array
}

export const compileOutputCode = (model: OutputCodeModel, compile: Compile): Scorer => {
  const { name, classes, codes } = model
  const scorers = model.members.map(compile)
  const letters = scorers.length
  const scores = sideBySide(scorers.map((scorer) => binaryScores(scorer, name)))
  const lengths = classes.values.map((_, index) => squaredLength(codes, index * letters, letters))
  const predict = vector(
    (data, out) => {
      const words = new Float64Array(data.rows * letters)
      scores(data, words)
      for (let row = 0; row < data.rows; row++) {
        const length = squaredLength(words, row * letters, letters)
        let nearest = Infinity
        for (let index = 0; index < lengths.length; index++) {
          let product = 0
          for (let i = 0; i < letters; i++)
            product += (words[row * letters + i] as number) * (codes[index * letters + i] as number)
          const distance = Math.sqrt(Math.max(0, -2 * product + length + (lengths[index] as number)))
          if (distance < nearest) {
            nearest = distance
            out[row] = index
          }
        }
      }
    },
    { labels: [classes] },
  )
  return { name, columns: scorers[0]?.columns, methods: { predict } }
}

const squaredLength = (values: Float64Array, start: number, count: number): number => {
  let sum = 0
  for (let i = start; i < start + count; i++) sum += (values[i] as number) ** 2
  return sum
}
