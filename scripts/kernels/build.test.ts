import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { kernelModule, kernelModulePath } from './build.ts'

it('holds the kernels that their source builds', { timeout: 120_000 }, async () => {
  expect(await kernelModule()).toBe(readFileSync(kernelModulePath, 'utf8'))
})
