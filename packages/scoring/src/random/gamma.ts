import type { MersenneTwister } from './mersenne-twister.ts'

/** A number with a gamma distribution of a shape from 1 on, by Marsaglia and Tsang's method: a squeezed normal number to the third power. */
export const gammaNumber = (random: MersenneTwister, shape: number, scale: number): number => {
  if (shape === 1) return scale * -Math.log(random.uniform())
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    let [x, root] = [0, 0]
    do {
      x = random.normal()
      root = 1 + c * x
    } while (root <= 0)
    const cube = root * root * root
    const square = x * x
    const u = random.uniform()
    if (u < 1 - 0.0331 * square * square || Math.log(u) < 0.5 * square + d * (1 - cube + Math.log(cube)))
      return scale * d * cube
  }
}
