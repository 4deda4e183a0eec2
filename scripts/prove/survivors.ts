import { compareSurvivors } from '../../conformance/fuzz/survivors.ts'

/**
 * Broken files that we score without complaint are loaded by the real scikit-learn 0.21.3 too: `npm run prove -- survivors SEED COUNT`.
 * MODELSMITH_PYTHON names a Python that has it; KEEP a folder for files on which the two differ.
 */
const [seed = Date.now() % 2 ** 31, count = 1_000] = process.argv.slice(2).map(Number)
const python = process.env['MODELSMITH_PYTHON']
if (python === undefined) throw new Error('Set MODELSMITH_PYTHON to a Python that has scikit-learn 0.21.3.')
const keep = process.env['KEEP']

const { tried, compared, refusedThere, different } = compareSurvivors(python, {
  seed,
  count,
  ...(keep === undefined ? {} : { keep }),
  onProgress: (done) => console.error(`${done} of ${count}`),
})
console.log(`seed ${seed}: ${tried} mutants, of which ${compared + refusedThere} are scored here without complaint`)
console.log(`the library answers ${compared} of these, and refuses ${refusedThere}`)
for (const line of different) console.log(`DIFFERENT ${line}`)
console.log(`${different.length} different answers`)
process.exitCode = different.length === 0 && compared > 0 ? 0 : 1
