import { afterEach, expect, it, vi } from 'vitest'
import { dense } from '../data/data.ts'
import type { Model } from '../model/model.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** Four trees, each of which adds 1 on the left of zero and 10 on its right. */
const model: Model = {
  kind: 'forest',
  name: 'Forest',
  trees: {
    columns: 1,
    roots: Int32Array.of(0, 3, 6, 9),
    feature: new Int32Array(12),
    threshold: new Float64Array(12),
    left: Int32Array.of(1, -1, -1, 4, -1, -1, 7, -1, -1, 10, -1, -1),
    right: Int32Array.of(2, -1, -1, 5, -1, -1, 8, -1, -1, 11, -1, -1),
    missingLeft: undefined,
    values: Float64Array.of(0, 1, 10, 0, 1, 10, 0, 1, 10, 0, 1, 10),
    width: 1,
    float32: false,
  },
  values: 'finite',
  isSingle: false,
  task: { type: 'regression', outputs: 1, isVector: true },
}

/** What a process answers that loads the code now, and how many instances of the kernels it makes. */
const answered = async () => {
  const { compile } = await import('../model/compile.ts')
  const { run } = await import('../model/scorer.ts')
  const { predict } = compile(model).methods
  return predict && [...run(predict, dense(3, 1, Float64Array.of(-1, 0, 1)))]
}

it('answers with the kernels', async () => {
  const instance = vi.spyOn(WebAssembly, 'Instance')
  expect(await answered()).toEqual([1, 1, 10])
  expect(instance).toHaveBeenCalledOnce()
  instance.mockRestore()
})

it('answers the same where there is no WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  expect(await answered()).toEqual([1, 1, 10])
})

it('answers the same where a policy forbids WebAssembly', async () => {
  const refuse = class {
    constructor() {
      throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder')
    }
  }
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Module: refuse, CompileError: WebAssembly.CompileError })
  expect(await answered()).toEqual([1, 1, 10])
})

it('answers the same where there is no room for another memory', async () => {
  const refuse = class {
    constructor() {
      throw new RangeError('could not allocate memory')
    }
  }
  const { Module, Instance } = WebAssembly
  vi.stubGlobal('WebAssembly', { Module, Instance, Memory: refuse })
  expect(await answered()).toEqual([1, 1, 10])
})
