import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processorMs } from '../../bench/engine/processor-time.ts'
import type { Found, Load } from '../../bench/serving/load.ts'
import { deployRelease, publishFile } from '../../e2e/support/hosted.ts'
import { freePort, type Product, startProduct, until } from '../../e2e/support/product.ts'

/**
 * `npm run prove -- serving PEERS [SIDE...]`: what one row over HTTP costs, in processor time of all processes of a server, of a native model in
 * the whole product, which checks, logs and counts, beside the servers of the field. `bench/serving/README.md` says what each side is.
 */
const [peers, ...only] = process.argv.slice(2)
if (peers === undefined) {
  console.error(
    'Usage: npm run prove -- serving PEERS [SIDE...], where PEERS is a folder of virtual environments, made where they are missing',
  )
  process.exit(2)
}
const rounds = 3
const connections = 32
const seconds = { warm: 2, measured: 4 }
const bench = join(import.meta.dirname, '../../bench/serving')
const place = mkdtempSync(join(tmpdir(), 'ms-serving-'))
const file = (name: string): string => join(place, name)
const { PYTHONDONTWRITEBYTECODE: _, ...env } = process.env
const singleThreaded = { ...env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }

/** The packages of a peer in a virtual environment of its own: their pins contradict each other. */
const sklearn = 'scikit-learn==1.9.1'
const packages = {
  sk: ['-r', join(bench, 'requirements.txt')],
  mlserver: ['mlserver==1.7.1', 'mlserver-sklearn==1.7.1', sklearn],
  mlflow: ['mlflow==3.17.2', 'setuptools', sklearn],
  bentoml: ['bentoml==1.4.39', sklearn],
  ray: ['ray[serve]==2.60.0', sklearn],
} as const
type Peer = keyof typeof packages
const programOf = (peer: Peer, name: string): string => {
  const folder = join(peers, peer)
  if (!existsSync(folder)) {
    mkdirSync(peers, { recursive: true })
    execFileSync(process.env['MODELSMITH_PYTHON'] ?? 'python3', ['-m', 'venv', folder])
    execFileSync(join(folder, 'bin/python'), ['-m', 'pip', 'install', '-q', ...packages[peer]])
  }
  return join(folder, 'bin', name)
}

type Model = 'linear' | 'forest'
const models: readonly Model[] = ['linear', 'forest']
execFileSync(programOf('sk', 'python'), [join(bench, 'make.py'), place], { env })
const readNumbers = <T>(name: string): T => JSON.parse(readFileSync(file(name), 'utf8')) as T
const rows = readNumbers<readonly (readonly number[])[]>('rows.json')
const features = (rows[0] ?? []).map((_value, index) => `f${index}`)
const named = (row: readonly number[]) => Object.fromEntries(features.map((name, at) => [name, row[at] as number]))
const lists = (of: readonly (readonly number[])[]) => JSON.stringify({ rows: of })
const objects = (of: readonly (readonly number[])[]) => JSON.stringify({ rows: of.map(named) })
const tensor = (of: readonly (readonly number[])[]) =>
  JSON.stringify({
    inputs: [{ name: 'predict', shape: [of.length, features.length], datatype: 'FP64', data: of.flat() }],
    outputs: [{ name: 'predict_proba' }],
  })

type Side = {
  readonly name: string
  readonly models: readonly Model[]
  readonly command: (model: Model, port: number) => readonly string[]
  readonly more?: (model: Model) => Readonly<Record<string, string>>
  readonly path: string
  readonly body: (rows: readonly (readonly number[])[]) => string
  readonly found: string
  /** Both classes, one after the other, where an answer is a flat list. */
  readonly both?: true
}

const mlflowFolder = (model: Model): string => {
  const folder = file(`mlflow-${model}`)
  if (!existsSync(folder))
    execFileSync(programOf('mlflow', 'python'), [join(bench, 'mlflow_save.py'), file(`${model}.pkl`), folder], { env })
  return folder
}
const mlserverFolder = (model: Model, port: number): string => {
  const folder = file(`mlserver-${model}-${port}`)
  mkdirSync(join(folder, 'm'), { recursive: true })
  const settings = {
    debug: false,
    host: '127.0.0.1',
    http_port: port,
    grpc_port: port + 1000,
    metrics_port: port + 2000,
    parallel_workers: 0,
    access_log: false,
    logging_settings: null,
  }
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
  const parameters = { uri: file(`${model}.joblib`), version: 'v1' }
  writeFileSync(
    join(folder, 'm/model-settings.json'),
    JSON.stringify({ name: 'm', implementation: 'mlserver_sklearn.SKLearnModel', parameters }),
  )
  return folder
}

const bare = 'node:http, bare'
const fastapi = join(bench, 'fastapi_side.py')
const sides: readonly Side[] = [
  {
    name: bare,
    models: ['linear'],
    command: (_model, port) => [process.execPath, join(bench, 'bare.mjs'), file('linear.json'), String(port)],
    path: '/',
    body: objects,
    found: 'predictions.*.probabilities.1',
  },
  {
    name: 'FastAPI + scikit-learn',
    models,
    command: (model, port) => [programOf('sk', 'python'), fastapi, 'sklearn', file(`${model}.pkl`), String(port)],
    path: '/predict',
    body: lists,
    found: 'probabilities.*.1',
  },
  {
    name: 'FastAPI + ONNX Runtime',
    models,
    command: (model, port) => [programOf('sk', 'python'), fastapi, 'onnx', file(`${model}.onnx`), String(port)],
    path: '/predict',
    body: lists,
    found: 'probabilities.*.1',
  },
  {
    name: 'MLServer',
    models,
    command: (model, port) => [programOf('mlserver', 'mlserver'), 'start', mlserverFolder(model, port)],
    path: '/v2/models/m/infer',
    body: tensor,
    found: 'outputs.0.data.*',
    both: true,
  },
  {
    name: 'MLflow',
    models,
    command: (model, port) => [
      programOf('mlflow', 'mlflow'),
      'models',
      'serve',
      '-m',
      mlflowFolder(model),
      '--env-manager',
      'local',
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-w',
      '1',
    ],
    path: '/invocations',
    body: (of) => JSON.stringify({ inputs: of }),
    found: 'predictions.*.1',
  },
  {
    name: 'BentoML',
    models,
    command: (_model, port) => [
      programOf('bentoml', 'bentoml'),
      'serve',
      'bentoml_side:Model',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--working-dir',
      bench,
    ],
    more: (model) => ({ MODEL: file(`${model}.pkl`), BENTOML_DO_NOT_TRACK: 'True', BENTOML_HOME: file('bentoml') }),
    path: '/predict',
    body: lists,
    found: 'probabilities.*.1',
  },
  {
    name: 'Ray Serve',
    models,
    command: (model, port) => [
      programOf('ray', 'python'),
      join(bench, 'ray_side.py'),
      file(`${model}.pkl`),
      String(port),
    ],
    more: () => ({ RAY_USAGE_STATS_ENABLED: '0' }),
    path: '/predict',
    body: lists,
    found: 'probabilities.*.1',
  },
]

/** The server and what it starts share one core; whoever asks has the other. */
const onCore = (core: number, command: readonly string[]): readonly [string, readonly string[]] => [
  'taskset',
  ['-c', String(core), ...command],
]

let loads = 0
const load = async (given: Load): Promise<Found> => {
  const path = file(`load-${loads++}.json`)
  writeFileSync(path, JSON.stringify(given))
  const [program, args] = onCore(1, [process.execPath, join(bench, 'load.ts'), path])
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The load ended with ${code}.`)
  const found = JSON.parse(said) as Found
  if (found.wrong > 0) throw new Error(`${found.wrong} of ${found.requests} answers are wrong: ${found.firstWrong}`)
  return found
}

const expectedOf = (model: Model, both: boolean): number[][] =>
  readNumbers<number[]>(`${model}.expected.json`).map((share) => (both ? [1 - share, share] : [share]))
/** ONNX Runtime computes in float32. */
const within = 2e-5

type Measured = { readonly microseconds: number; readonly p99Ms: number; readonly requests: number }

const measure = async (
  pid: number,
  given: Omit<Load, 'seconds' | 'connections'>,
  settled = async (_requests: number) => {},
): Promise<Measured> => {
  const asked = (time: number) => load({ ...given, connections, seconds: time })
  const warm = await asked(seconds.warm)
  await settled(warm.requests)
  const before = processorMs(pid)
  const found = await asked(seconds.measured)
  await settled(found.requests)
  return {
    microseconds: ((processorMs(pid) - before) * 1000) / found.requests,
    p99Ms: found.p99Ms,
    requests: found.requests,
  }
}

/** Ends a server with all that it started. */
const end = async (leader: number): Promise<void> => {
  const signal = (name: 'SIGTERM' | 'SIGKILL'): boolean => {
    try {
      return process.kill(-leader, name)
    } catch {
      return false
    }
  }
  if (!signal('SIGTERM')) return
  await new Promise((resolve) => setTimeout(resolve, 3000))
  signal('SIGKILL')
}

const measureSide = async (side: Side, model: Model): Promise<Measured> => {
  const port = await freePort()
  const [program, args] = onCore(0, side.command(model, port))
  const child = spawn(program, args, {
    env: { ...singleThreaded, PATH: `${join(args[2] ?? '', '..')}:${env['PATH']}`, ...side.more?.(model) },
    cwd: place,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const { path, found } = side
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: side.body(rows.slice(0, 1)) }
  try {
    await until(120_000, async () => {
      if (child.exitCode !== null) throw new Error(`${side.name} ended with ${child.exitCode}.`)
      return fetch(`http://127.0.0.1:${port}${path}`, request).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      )
    }).catch((error: unknown) => {
      throw new Error(`${side.name} does not answer: ${String(error)}\n${said}`)
    })
    const bodies = rows.map((row) => side.body([row]))
    const expected = expectedOf(model, side.both === true)
    return await measure(child.pid as number, { port, path, headers: {}, bodies, expected, found, within })
  } finally {
    await end(child.pid as number)
  }
}

const ours = 'Modelsmith'
const measureOurs = async (product: Product, deployment: string, model: Model): Promise<Measured> => {
  const bodies = rows.map((row) => objects([row]))
  const logged = async () => (await product.client.call('getDeployment', { params: { id: deployment } })).requests
  let known = await logged()
  return measure(
    product.pid,
    {
      port: product.servingPort,
      path: `/api/v1/deployments/${deployment}/predictions`,
      headers: { authorization: `Bearer ${product.token}` },
      bodies,
      expected: expectedOf(model, false),
      found: 'predictions.*.probabilities.1',
      within,
    },
    // What a request costs later is a part of what it costs.
    async (requests) => {
      known += requests
      await until(120_000, async () => ((await logged()) >= known ? true : undefined), 500)
    },
  )
}

const judge = (words: string, holds: boolean): boolean => {
  console.log(`${holds ? 'holds' : 'FAILS'}  ${words}`)
  return holds
}

/** How many times our processor time others take at least, and the share of a bare server's that ours may have. */
const goals: Readonly<Record<Model, Readonly<Record<string, number>>>> = {
  linear: {
    'FastAPI + scikit-learn': 7,
    'FastAPI + ONNX Runtime': 4,
    MLServer: 12,
    MLflow: 20,
    BentoML: 30,
    'Ray Serve': 60,
    [bare]: 0.55,
  },
  forest: {
    'FastAPI + scikit-learn': 80,
    'FastAPI + ONNX Runtime': 3,
    MLServer: 80,
    MLflow: 80,
    BentoML: 80,
    'Ray Serve': 80,
  },
}

const pin = (cores: string): void => {
  execFileSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' })
}
// What is started has the cores of whoever starts it.
pin('0')
const product = await startProduct({ env: { MODELSMITH_TOUR: 'off' } })
pin('0-1')
let held = true
try {
  const { client } = product
  const registered = await client.call('createRegisteredModel', { body: { name: 'Bench' } })
  const deployments = new Map<Model, string>()
  for (const model of models) {
    const bytes = Uint8Array.from(readFileSync(file(`${model}.pkl`)))
    const hosted = { name: 'model.pkl', bytes, fields: features, row: named(rows[0] ?? []) }
    deployments.set(model, await deployRelease(client, model, await publishFile(client, registered.id, hosted)))
  }
  const wanted = [ours, ...sides.map(({ name }) => name)].filter((name) => only.length === 0 || only.includes(name))
  for (const model of models) {
    const found = new Map<string, Measured[]>()
    for (let round = 0; round < rounds; round++)
      for (const name of wanted) {
        const side = sides.find((each) => each.name === name)
        if (side !== undefined && !side.models.includes(model)) continue
        const measured =
          side === undefined
            ? await measureOurs(product, deployments.get(model) as string, model)
            : await measureSide(side, model)
        found.set(name, [...(found.get(name) ?? []), measured])
        console.error(model, round, name, measured)
      }
    const least = (name: string, of: keyof Measured = 'microseconds'): number =>
      Math.min(...(found.get(name) ?? []).map((each) => each[of]))
    console.log(
      `\n${model}: microseconds of processor time for a request, each of ${rounds} rounds; ${connections} connections; every answer compared`,
    )
    for (const [name, each] of found) {
      const times = each.map(({ microseconds }) => microseconds.toFixed(0)).join(' ')
      console.log(`  ${name.padEnd(24)} ${times.padEnd(20)} p99 ${least(name, 'p99Ms').toFixed(1)} ms`)
    }
    for (const [name, goal] of Object.entries(goals[model])) {
      if (!found.has(name)) continue
      const ratio = least(name) / least(ours)
      held = judge(`${name}: ${ratio.toFixed(2)} × ours (at least ${goal} ×)`, ratio >= goal) && held
    }
    const fastapi = least('FastAPI + scikit-learn', 'p99Ms')
    if (Number.isFinite(fastapi))
      held =
        judge(
          `p99 ${least(ours, 'p99Ms').toFixed(1)} ms (below a third of FastAPI's ${fastapi.toFixed(1)} ms)`,
          least(ours, 'p99Ms') < fastapi / 3,
        ) && held
  }
} finally {
  await product.remove()
}
process.exitCode = held ? 0 : 1
