import { describe, expect, it } from 'vitest'
import { fuzz } from './fuzz.ts'

/** Another seed by FUZZ_SEED; `npm run prove -- fuzz` tries a million. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_129)

describe('broken model files', () => {
  it(`are refused with a code or scored, all 20,000 of seed ${seed}`, { timeout: 900_000 }, async () => {
    const { outcomes, failures } = await fuzz({ seed, count: 20_000, processes: 2 })
    expect(failures, `seed ${seed}`).toEqual([])
    // Both must come up often, or the mutants would tell little.
    expect(outcomes['refused']).toBeGreaterThan(5_000)
    expect(outcomes['scored']).toBeGreaterThan(2_000)
  })
})
