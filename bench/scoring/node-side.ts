import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compile, type Dense, type Kernels, openModel, type Output } from '@modelsmith/scoring'

/**
 * Node's side of the bench: ours, with WebAssembly and without, and ONNX Runtime's own binding. Answers each line
 * {model, engine, kind, ms, rows} as `python_side.py` does; `image` writes the memory of our kernels for the native side.
 * node-side.ts FOLDER FOLDER-OF-ONNXRUNTIME-NODE
 */
const [folder = '', packages = ''] = process.argv.slice(2)
const features = 30
const singles = 1000

type Request = {
  readonly model: string
  readonly engine: 'webassembly' | 'plain' | 'onnxruntime-node'
  readonly kind: 'one' | 'batch' | 'load' | 'image'
  readonly ms: number
  readonly rows: number
}
type Engine = {
  readonly one: (index: number) => unknown
  readonly batch: (rows: number) => Float64Array | Float32Array | Promise<Float32Array>
  /** Answers come later, as ONNX Runtime's do. */
  readonly isLate: boolean
}

const numbers = (file: string): Float64Array => {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, file))
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength))
}
const all = numbers('rows.f64')
const cpuUs = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

const endings: Readonly<Record<string, string>> = { lightgbm: 'txt', xgboost: 'ubj' }
const fileOf = (model: string): string => `${model}.${endings[model.split('-')[0] ?? ''] ?? 'joblib'}`

const dense = (rows: number, values: Float64Array): Dense => ({ kind: 'dense', rows, columns: features, values })

/** What a caller asks that wants numbers: probabilities, else scores, else predictions. */
const outputOf = (model: string, kernels: Kernels): Output => {
  const { methods } = compile(openModel(readFileSync(join(folder, fileOf(model)))), { kernels })
  const output = methods.predictProba ?? methods.decisionFunction ?? methods.predict
  if (output === undefined) throw new Error(`${model} answers nothing.`)
  return output
}

const ours = (model: string, kernels: Kernels): Engine => {
  const output = outputOf(model, kernels)
  const rows = Array.from({ length: singles }, (_, i) => dense(1, all.slice(i * features, (i + 1) * features)))
  const answer = new Float64Array(output.columns)
  const answers = new Float64Array(output.columns * (all.length / features))
  return {
    isLate: false,
    one: (index) => output.into(rows[index] as Dense, answer),
    batch: (count) => {
      output.into(dense(count, all.subarray(0, count * features)), answers)
      return answers.subarray(0, count * output.columns)
    },
  }
}

type OnnxTensor = { readonly data: Float32Array }
type OnnxSession = {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly run: (feeds: Record<string, unknown>, wanted: readonly string[]) => Promise<Record<string, OnnxTensor>>
}
type Onnx = {
  readonly InferenceSession: { readonly create: (path: string, options: object) => Promise<OnnxSession> }
  readonly Tensor: new (type: string, data: Float32Array, shape: readonly number[]) => unknown
}

const onnx = async (model: string): Promise<Engine> => {
  const { InferenceSession, Tensor } = createRequire(join(packages, 'package.json'))('onnxruntime-node') as Onnx
  const session = await InferenceSession.create(join(folder, `${model}.onnx`), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  })
  const narrow = Float32Array.from(all)
  const [input = ''] = session.inputNames
  const wanted = session.outputNames.slice(-1)
  const tensor = (from: number, rows: number): unknown =>
    new Tensor('float32', narrow.slice(from * features, (from + rows) * features), [rows, features])
  const rows = Array.from({ length: singles }, (_, i) => tensor(i, 1))
  const batches = new Map<number, unknown>()
  const ask = async (feed: unknown): Promise<Float32Array> =>
    (await session.run({ [input]: feed }, wanted))[wanted[0] ?? '']?.data ?? new Float32Array()
  return {
    isLate: true,
    one: (index) => ask(rows[index]),
    batch: (count) => {
      if (!batches.has(count)) batches.set(count, tensor(0, count))
      return ask(batches.get(count))
    },
  }
}

/** From what the library answered, at most. An SVC's tensor has [score, -score]. */
const difference = (model: string, answers: ArrayLike<number>, engine: string): number => {
  const expected = numbers(`${model}.expected.f64`)
  const columns = answers.length / singles
  const column = columns === 1 || (engine === 'onnxruntime-node' && model === 'support-vectors') ? 0 : 1
  return expected.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (answers[i * columns + column] ?? NaN))),
    0,
  )
}

const opened = new Map<string, readonly [Engine, number]>()
const sideOf = async ({ model, engine }: Request): Promise<readonly [Engine, number]> => {
  const key = `${model} ${engine}`
  const known = opened.get(key)
  if (known !== undefined) return known
  const side = engine === 'onnxruntime-node' ? await onnx(model) : ours(model, engine)
  const made = [side, difference(model, await side.batch(singles), engine)] as const
  opened.set(key, made)
  return made
}

/** Bytes to the first answer, and what stays in memory beside the file. */
const load = ({ model }: Request) => {
  const bytes = readFileSync(join(folder, fileOf(model)))
  globalThis.gc?.()
  const memory = process.memoryUsage()
  const begin = cpuUs()
  const { methods } = compile(openModel(bytes))
  const output = methods.predictProba ?? methods.predict
  const answer = new Float64Array(output?.columns ?? 0)
  output?.into(dense(1, all.slice(0, features)), answer)
  const seconds = (cpuUs() - begin) / 1e6
  const most = process.resourceUsage().maxRSS * 1024 - memory.rss
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const kept = heapUsed + external - memory.heapUsed - memory.external
  // Held until here, so that nothing of it is collected before it was counted.
  return {
    seconds,
    fileBytes: bytes.length,
    mostTimes: 1 + most / bytes.length,
    keptTimes: kept / bytes.length,
    methods: Object.keys(methods).length,
  }
}

const image = ({ model }: Request) => {
  const { Memory } = WebAssembly
  const made: WebAssembly.Memory[] = []
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor)
      made.push(this)
    }
  }
  outputOf(model, 'webassembly')
  WebAssembly.Memory = Memory
  const [memory] = made
  if (memory === undefined) return { error: 'no kernels' }
  writeFileSync(join(folder, `${model}.image`), new Uint8Array(memory.buffer))
  return {}
}

const measured = async (request: Request): Promise<object> => {
  if (request.kind === 'load') return load(request)
  if (request.kind === 'image') return image(request)
  const [{ one, batch, isLate }, apart] = await sideOf(request)
  const limit = request.ms * 1000
  let count = 0
  const begin = cpuUs()
  do {
    if (request.kind === 'batch') {
      const answers = batch(request.rows)
      if (isLate) await answers
      count += request.rows
    } else if (isLate) {
      for (let i = 0; i < 50; i++) await one((count + i) % singles)
      count += 50
    } else {
      for (let i = 0; i < singles; i++) one(i)
      count += singles
    }
  } while (cpuUs() - begin < limit)
  return { us: (cpuUs() - begin) / count, difference: apart }
}

console.log('{}')
for await (const line of createInterface({ input: process.stdin }))
  console.log(
    JSON.stringify(await measured(JSON.parse(line) as Request).catch((error: unknown) => ({ error: String(error) }))),
  )
