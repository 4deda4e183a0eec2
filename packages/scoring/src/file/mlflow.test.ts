import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { inspect } from './inspect.ts'
import { openModelFile } from './open.ts'

const pickle = new Uint8Array(
  readFileSync(
    fileURLToPath(new URL('../../../../fixtures/sklearn-0.21.3/logreg_multinomial_binary/model.pkl', import.meta.url)),
  ),
)
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What MLflow 3.17 writes, without what nobody reads here. */
const description = (flavors: string, signature = ''): string => `flavors:
  python_function:
    env:
      conda: conda.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
${flavors}
mlflow_version: 3.17.2
${signature}`
const sklearn = description('  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle')
const folder = (about: string | Uint8Array, files: Readonly<Record<string, Uint8Array>> = { 'model.pkl': pickle }) =>
  zipSync({ MLmodel: typeof about === 'string' ? encoded(about) : about, 'requirements.txt': encoded(''), ...files })
const codeOf = (bytes: Uint8Array): string | undefined => inspect(bytes).problem?.code

describe('a folder that MLflow saved', () => {
  it('is the model that its flavour names, with or without a folder above', () => {
    const within = zipSync({ 'model/MLmodel': encoded(sklearn), 'model/model.pkl': pickle })
    for (const bytes of [folder(sklearn), within]) {
      expect(inspect(bytes)).toMatchObject({
        verdict: 'native',
        format: 'zip',
        bytes: bytes.length,
        model: { className: 'LogisticRegression', version: '0.21.3' },
      })
      expect(openModelFile(bytes)).toMatchObject({ library: 'scikit-learn', className: 'LogisticRegression' })
    }
  })

  it('gives its columns the names of its signature, where the model keeps none', () => {
    const inputs = JSON.stringify([
      { type: 'double', name: 'age' },
      { type: 'double', name: "it's" },
    ])
    const bytes = folder(sklearn.concat(`signature:\n  inputs: '${inputs.replaceAll("'", "''")}'\n`))
    expect(openModelFile(bytes).featureNames).toEqual(['age', "it's"])
    expect(inspect(bytes).model?.featureNames).toEqual(['age', "it's"])
    const tensor = `signature:\n  inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]'\n`
    expect(openModelFile(folder(sklearn.concat(tensor))).featureNames).toBeUndefined()
  })

  it('is refused with its findings where a pickle in it could run code', () => {
    const bytes = folder(sklearn, { 'model.pkl': encoded("cos\nsystem\n(S'true'\ntR.") })
    expect(inspect(bytes)).toMatchObject({ verdict: 'unsafe', findings: [{ module: 'os', name: 'system' }] })
  })

  it('is unsupported by the names of its flavours where none is read', () => {
    const { verdict, problem } = inspect(folder(description('  pytorch:\n    model_data: data')))
    expect(verdict).toBe('unsupported')
    expect(problem?.message).toContain('python_function, pytorch')
    expect(codeOf(folder(sklearn, { 'model.pkl': folder(sklearn) }))).toBe('mlflow.flavor')
  })

  it.each([
    ['is no YAML', 'flavors: [', 'not YAML'],
    ['is no text', Uint8Array.of(0xff, 0xfe, 0), 'not UTF-8'],
    ['has no flavours', 'mlflow_version: 3', 'no flavours'],
    ['repeats itself without end', 'flavors: &a {a: 1}\nb: *a', 'not YAML'],
    ['nests too deeply', `flavors: ${'['.repeat(50_000)}`, 'not YAML'],
    ['names a file that is not there', description('  sklearn:\n    pickled_model: ../model.pkl'), '../model.pkl'],
    ['names no file', description('  sklearn:\n    pickled_model: [1]'), 'pickled_model'],
    ['has a signature that is none', `${sklearn}signature:\n  inputs: '[{'\n`, 'signature'],
    ['is a megabyte long', `${sklearn}# ${'a'.repeat(2 ** 20)}`, 'the limit'],
  ])('is invalid where its description %s', (_, about, words) => {
    const { verdict, problem } = inspect(folder(about))
    expect(problem).toMatchObject({ code: 'mlflow.invalid' })
    expect(verdict).toBe('invalid')
    expect(problem?.message).toContain(words)
  })
})
