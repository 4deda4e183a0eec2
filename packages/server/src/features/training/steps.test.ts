import { describe, expect, it } from 'vitest'
import { stepLine } from './steps.ts'

const step = { node: 'impute', taskName: 'Impute missing numbers', hook: 'fit', part: 'fold 2' } as const
const took = (wallMs: number) => ({ wallMs, cpuMs: 0, peakMemoryMb: 0 })

describe('stepLine', () => {
  it('says how a step ended and how long it took', () => {
    expect(stepLine({ ...step, state: 'done', timings: took(812) })).toBe('fold 2: fit done in 812 ms')
    expect(stepLine({ ...step, state: 'done', timings: took(61_250) })).toBe('fold 2: fit done in 61.3 s')
    expect(stepLine({ ...step, state: 'reused', timings: undefined })).toBe('fold 2: fit known from before')
    expect(stepLine({ ...step, state: 'failed', timings: undefined })).toBe('fold 2: fit failed')
  })

  it('names no part for the model that is kept', () => {
    expect(stepLine({ ...step, part: 'all training rows', state: 'done', timings: took(5) })).toBe('fit done in 5 ms')
  })

  it('is silent while the step runs', () => {
    expect(stepLine({ ...step, state: 'running', timings: undefined })).toBe(undefined)
  })
})
