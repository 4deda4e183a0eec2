import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { kernelModule, kernels, pathOf } from './build.ts'

it.each(kernels)('holds in $file what its source builds', { timeout: 120_000 }, async (kernel) => {
  expect(await kernelModule(kernel)).toBe(readFileSync(pathOf(kernel), 'utf8'))
})
