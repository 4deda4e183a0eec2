import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

/**
 * What one row and a batch cost natively and with the field's own engines, in CPU time on one thread: rounds in turn, minimum of
 * the rounds. `npm run prove -- scoring [FOLDER] [--only MODEL,…] [--rounds 5]`; peers and models are made in FOLDER when
 * they are not there. `bench/scoring/README.md` says what is compared.
 */
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string', default: 'python3' },
  },
})
const place = resolve(positionals[0] ?? join(tmpdir(), 'modelsmith-scoring-peers'))
const bench = join(import.meta.dirname, '../../bench/scoring')
const models = join(place, 'models')
const python = join(place, 'venv/bin/python')
const rounds = Number(options.rounds)

const command = (program: string, args: readonly string[], cwd = place, env = process.env): void => {
  execFileSync(program, args, { cwd, env, stdio: ['ignore', 2, 2] })
}

const prepare = (): void => {
  mkdirSync(models, { recursive: true })
  if (!existsSync(python)) {
    command(options.python, ['-m', 'venv', 'venv'])
    command(python, ['-m', 'pip', 'install', '-q', '-r', join(bench, 'requirements.txt')])
    // Its wheel asks for CUDA's libraries, which the CPU does not need.
    command(python, ['-m', 'pip', 'install', '-q', '--no-deps', 'xgboost==3.0.5'])
  }
  if (!existsSync(join(place, 'node/node_modules/onnxruntime-node'))) {
    mkdirSync(join(place, 'node'), { recursive: true })
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip' }
    command('npm', ['install', '--prefix', 'node', '--ignore-scripts', 'onnxruntime-node@1.30.0'], place, env)
  }
  if (!existsSync(join(models, 'models.json'))) command(python, [join(bench, 'models.py'), models])
  const flags = ['-O3', '-march=native', '-fno-strict-aliasing', '-ffp-contract=off']
  command('gcc', [...flags, '-o', 'native', join(bench, 'native.c'), '-ldl', '-lm'])
}

type Reply = { readonly us?: number; readonly difference?: number; readonly error?: string } & Record<string, unknown>

const open = (program: string, args: readonly string[]) => {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async (): Promise<Reply> => {
    const { value, done } = await lines.next()
    return done === true ? { error: `${program} ended` } : (JSON.parse(value) as Reply)
  }
  const ready = read()
  return {
    ask: async (line: string): Promise<Reply> => {
      await ready
      child.stdin.write(`${line}\n`)
      return read()
    },
    close: () => child.stdin.end(),
  }
}
type Side = ReturnType<typeof open>

type Engine =
  | 'webassembly'
  | 'plain'
  | 'scikit-learn'
  | 'onnxruntime'
  | 'onnxruntime-node'
  | 'lightgbm'
  | 'lightgbm C'
  | 'lleaves'
  | 'xgboost'
  | 'tl2cgen'
  | 'kernel in C'
type Goal = { readonly kind: 'one' | 'batch'; readonly peer: Engine; readonly times: number }
type Case = {
  readonly model: string
  readonly rows: number
  readonly peers: readonly Engine[]
  readonly goals: readonly Goal[]
}

const own: readonly Engine[] = ['webassembly', 'plain']
const onnx: readonly Engine[] = ['onnxruntime', 'onnxruntime-node']
const one = (peer: Engine, times: number): Goal => ({ kind: 'one', peer, times })
const batch = (peer: Engine, times: number): Goal => ({ kind: 'batch', peer, times })
const oneOfEnsembles = [
  one('onnxruntime', 3),
  one('onnxruntime-node', 3),
  one('tl2cgen', 1),
  one('kernel in C', 1 / 1.3),
  batch('onnxruntime', 3),
]
const light = (model: string, inBatch: number): Case => ({
  model,
  rows: 20_000,
  // LLVM takes many minutes for larger trees.
  peers: [
    'scikit-learn',
    ...onnx,
    'lightgbm C',
    'tl2cgen',
    'kernel in C',
    ...(model === 'lightgbm-100-6' ? ['lleaves' as const] : []),
  ],
  goals: [one('scikit-learn', 100), one('lightgbm C', 2.5), ...oneOfEnsembles, batch('lightgbm C', inBatch)],
})
const forest = (model: string): Case => ({
  model,
  rows: 20_000,
  peers: ['scikit-learn', ...onnx, 'kernel in C'],
  goals: [one('scikit-learn', 100), ...oneOfEnsembles.filter(({ peer }) => peer !== 'tl2cgen')],
})
const network = (model: string, rows: number): Case => ({
  model,
  rows,
  peers: ['scikit-learn', ...onnx],
  goals: [batch('scikit-learn', 0.5)],
})
const linear = (model: string): Case => ({
  model,
  rows: 20_000,
  peers: ['scikit-learn', ...onnx],
  goals: [one('scikit-learn', 100), batch('scikit-learn', 1)],
})
const cases: readonly Case[] = [
  linear('linear'),
  linear('logistic'),
  light('lightgbm-100-6', 3),
  light('lightgbm-200-6', 3),
  light('lightgbm-200-default', 3),
  light('lightgbm-100-12', 3),
  light('lightgbm-100-20', 2),
  {
    model: 'xgboost-200-6',
    rows: 20_000,
    peers: ['xgboost', ...onnx, 'tl2cgen', 'kernel in C'],
    goals: [...oneOfEnsembles, batch('xgboost', 1)],
  },
  forest('forest-100-12'),
  forest('forest-100-deep'),
  network('network-64-32', 20_000),
  network('support-vectors', 2_000),
  network('neighbors', 2_000),
]

const inPython = new Set<Engine>(['scikit-learn', 'onnxruntime', 'lightgbm', 'lleaves', 'xgboost'])

const measure = (
  sides: { python: Side; node: Side; native: Side },
  model: string,
  engine: Engine,
  kind: string,
  rows: number,
  ms: number,
) => {
  if (inPython.has(engine)) return sides.python.ask(JSON.stringify({ model, engine, kind, rows, ms }))
  if (engine !== 'lightgbm C' && engine !== 'tl2cgen' && engine !== 'kernel in C')
    return sides.node.ask(JSON.stringify({ model, engine, kind, rows, ms }))
  const file = { 'lightgbm C': 'txt', tl2cgen: 'tl2cgen.so', 'kernel in C': 'image' }[engine]
  const name = engine.split(' ')[0] ?? ''
  return sides.native.ask(
    `${name} ${kind} ${rows} ${ms} ${join(models, `${model}.${file}`)} ${join(models, `${model}.expected.f64`)}`,
  )
}

prepare()
const library = execFileSync(python, ['-c', 'import lightgbm.basic as b; print(b._LIB._name)'], {
  encoding: 'utf8',
}).trim()
const only = options.only?.split(',')
let missed = 0
for (const { model, rows, peers, goals } of cases.filter((one) => only === undefined || only.includes(one.model))) {
  const sides = {
    python: open(python, [join(bench, 'python_side.py'), models]),
    node: open(process.execPath, ['--expose-gc', join(bench, 'node-side.ts'), models, join(place, 'node')]),
    native: open(join(place, 'native'), [join(models, 'rows.f64'), library]),
  }
  if (peers.includes('kernel in C'))
    await sides.node.ask(JSON.stringify({ model, engine: 'webassembly', kind: 'image' }))
  const best = new Map<string, number>()
  const notes = new Map<Engine, string>()
  for (let round = 0; round <= rounds; round++)
    for (const engine of [...own, ...peers])
      for (const kind of ['one', 'batch']) {
        if (notes.get(engine)?.startsWith('error') === true) continue
        // The first round warms up.
        const reply = await measure(sides, model, engine, kind, rows, round === 0 ? 20 : 100)
        if (reply.us === undefined) notes.set(engine, `error: ${reply.error ?? 'no answer'}`)
        else if (round > 0) {
          const key = `${engine} ${kind}`
          best.set(key, Math.min(best.get(key) ?? Number.POSITIVE_INFINITY, reply.us))
          notes.set(engine, reply.difference === undefined ? 'sums only' : `apart ${reply.difference.toExponential(1)}`)
        }
      }
  const of = (engine: Engine, kind: string): number => best.get(`${engine} ${kind}`) ?? Number.NaN
  console.log(`\n${model}\n${' '.repeat(20)}one row µs   × ours   batch µs/row   × ours`)
  for (const engine of [...own, ...peers]) {
    const cells = ['one', 'batch'].map((kind) => {
      const us = of(engine, kind)
      return `${us.toPrecision(3).padStart(11)} ${(us / of('webassembly', kind)).toFixed(2).padStart(8)}`
    })
    console.log(`  ${engine.padEnd(18)}${cells.join('  ')}   ${notes.get(engine) ?? ''}`)
  }
  for (const { kind, peer, times } of goals) {
    const found = of(peer, kind) / of('webassembly', kind)
    const isMissed = found < times
    if (isMissed) missed++
    const verdict = isMissed ? 'MISSED' : Number.isNaN(found) ? 'open  ' : 'held  '
    console.log(`  ${verdict} ${kind}: ${found.toFixed(2)} of ${times.toFixed(2)} × ${peer}`)
  }
  for (const side of Object.values(sides)) side.close()
}

if (only === undefined || only.includes('load')) {
  const node = open(process.execPath, ['--expose-gc', join(bench, 'node-side.ts'), models, join(place, 'node')])
  const reply = await node.ask(JSON.stringify({ model: 'forest-100-deep', kind: 'load' }))
  node.close()
  const [seconds, most, kept] = ['seconds', 'mostTimes', 'keptTimes'].map((key) => Number(reply[key]))
  console.log(`\nforest-100-deep, ${Number(reply['fileBytes']) / 2 ** 20} MB, from its bytes to the first answer`)
  for (const [what, found = Number.NaN, limit] of [
    ['seconds of CPU', seconds, 1.5],
    ['× the file in memory at most, with the file', most, 6],
    ['× the file kept in memory, without it', kept, 3],
  ] as const) {
    if (!(found <= limit)) missed++
    console.log(`  ${found <= limit ? 'held  ' : 'MISSED'} ${found.toFixed(2)} of ${limit} ${what}`)
  }
}
if (only === undefined || only.includes('threads'))
  for (const file of ['lightgbm-200-6.txt', 'forest-100-12.joblib', 'network-64-32.joblib']) {
    const said = execFileSync(process.execPath, [join(bench, 'threads.ts'), models, file], { encoding: 'utf8' })
    const { one, two } = JSON.parse(said) as { readonly one: number; readonly two: number }
    if (one < 1.7 * two) missed++
    console.log(
      `\n${file}, a batch by the clock: ${one.toPrecision(3)} µs/row with one thread, ${two.toPrecision(3)} with two\n` +
        `  ${one < 1.7 * two ? 'MISSED' : 'held  '} ${(one / two).toFixed(2)} of 1.70 × sooner`,
    )
  }
console.log(`\n${missed} goals missed`)
process.exitCode = missed === 0 ? 0 : 1
