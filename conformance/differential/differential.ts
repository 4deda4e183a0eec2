import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { checkFixture } from '../models/check.ts'
import { fixtureNames, readFixture } from '../models/fixture.ts'

export type Drawing = {
  /** A Python that has scikit-learn. */
  readonly python: string
  /** An empty folder for the cases. */
  readonly folder: string
  readonly seed: number
  readonly count: number
  /** Only this class. */
  readonly only?: string
}
export type Differential = {
  /** What the drawing said: the version, the number of cases, what the library refused. */
  readonly said: string
  readonly same: number
  /** Cases that are not scored, or differ, with why. */
  readonly different: readonly { readonly name: string; readonly outcome: 'not ok' | 'skip'; readonly why: string }[]
}

/**
 * Which of equal distances comes first is decided by numpy's partition, which has other code for newer processors: those
 * are left out by their names (of all its versions), so that the library answers everywhere as its portable code does.
 */
const portable = `X86_V3 X86_V4 AVX2 FMA3 AVX512F AVX512CD AVX512_KNL AVX512_KNM AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL
  AVX512_SPR`

/** Lets the real library draw, fit and answer cases, and compares each with our own answers. */
export const compareWithLibrary = ({ python, folder, seed, count, only }: Drawing): Differential => {
  const script = join(import.meta.dirname, 'draw.py')
  const args = ['-W', 'ignore', script, folder, seed, count, ...(only === undefined ? [] : [only])]
  const drawn = spawnSync(python, args.map(String), {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', NPY_DISABLE_CPU_FEATURES: portable },
  })
  if (drawn.error !== undefined) throw drawn.error
  if (drawn.status !== 0) throw new Error(`draw.py failed with seed ${seed}:\n${drawn.stderr.slice(-2_000)}`)
  let same = 0
  const different = fixtureNames(folder).flatMap((name) => {
    const verdict = checkFixture(readFixture(folder, name))
    if (verdict.outcome === 'ok') same++
    return verdict.outcome === 'ok' ? [] : [{ name, outcome: verdict.outcome, why: verdict.why }]
  })
  return { said: drawn.stdout.trim(), same, different }
}
