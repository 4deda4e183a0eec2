import { soak } from '../../e2e/soak/soak.ts'

/**
 * 15 minutes (or as many as are named) at 70 % of what a product answers in a second: meanwhile models are replaced, promoted and rolled back, workers,
 * sessions and the prediction process are killed, and the database is stopped. Every answer is checked against the version that it claims.
 */
const minutes = Number(process.argv[2] ?? 15)

const failed = await soak({
  seconds: minutes * 60,
  capacitySeconds: 20,
  keepsUp: true,
  say: (line) => console.log(line),
})
process.exitCode = failed.length === 0 ? 0 : 1
