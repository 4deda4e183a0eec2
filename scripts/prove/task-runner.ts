import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processorMs } from '../../bench/engine/processor-time.ts'

/**
 * What running a task costs beside the same work in a bare Python script, in processor time of all processes; both sides take turns
 * and the minimum of the rounds counts. `bench/task-runner/README.md` says what is compared.
 */
const [python, rowsWord = '1000000', seedWord = '1', only] = process.argv.slice(2)
if (python === undefined) {
  console.error('Usage: npm run prove -- task-runner PYTHON [ROWS] [SEED] [fit|check|score|serve|r]')
  process.exit(2)
}
const rounds = 3
const limits = { fit: 1.5, score: 1.3, serve: 1, probesMs: 25, rSeconds: 1 }
const requests = 1000

const root = join(import.meta.dirname, '../..')
const bench = join(root, 'bench/task-runner')
const task = join(bench, 'tasks/logistic')
const place = mkdtempSync(join(tmpdir(), 'ms-task-runner-'))
const file = (name: string): string => join(place, name)
/** As people install it. */
const cli = file('npm/node_modules/.bin/modelsmith')
const { PYTHONDONTWRITEBYTECODE: _, ...env } = process.env

type Spent = { readonly cpu: number; readonly peakMb: number }

const spent = (...command: readonly string[]): Spent => {
  const said = execFileSync(python, [join(root, 'bench/score-files/spent.py'), ...command], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const found = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Spent & { readonly status: number }
  if (found.status !== 0) throw new Error(`${command.join(' ')} ended with ${found.status}.`)
  return found
}
const modelsmith = (...args: readonly string[]) =>
  spent(process.execPath, '--disable-warning=ExperimentalWarning', cli, ...args)

let held = true
const judge = (what: string, holds: boolean, words: string): void => {
  held &&= holds
  console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${words}`)
}
const least = (all: readonly Spent[]): number => Math.min(...all.map(({ cpu }) => cpu))
const most = (all: readonly Spent[]): number => Math.max(...all.map(({ peakMb }) => peakMb))
const shown = (all: readonly Spent[]): string => all.map(({ cpu }) => cpu.toFixed(2)).join(' ')
const wants = (part: string): boolean => only === undefined || only === part

const fit = (input: string, ...more: readonly string[]) =>
  modelsmith(
    'fit',
    '--code-dir',
    task,
    '--input',
    file(input),
    '--target',
    'target',
    '--output',
    file('model'),
    ...more,
  )

/** Both sides in turn, one round after another. */
const compare = (ours: () => Spent, theirs: () => Spent) => {
  const found = { ours: [] as Spent[], theirs: [] as Spent[] }
  for (let round = 0; round < rounds; round++) {
    found.ours.push(ours())
    found.theirs.push(theirs())
  }
  console.log(`  modelsmith  ${shown(found.ours)}\n  script      ${shown(found.theirs)}`)
  return { ...found, ratio: least(found.ours) / least(found.theirs) }
}

const proveFit = (): void => {
  console.log('\nfit, with validation, a fresh session and all probes; the script imports, fits and predicts')
  mkdirSync(file('plain'), { recursive: true })
  const script = () => spent(python, join(bench, 'fit.py'), file('train.csv'), file('plain'))
  const whole = compare(() => fit('train.csv'), script)
  judge('fit and predict', whole.ratio < limits.fit, `${whole.ratio.toFixed(2)} × (below ${limits.fit} ×)`)
}

const proveProbes = (): void => {
  console.log('\nfit of 30 and of 130 columns: what a hundred more columns to probe cost')
  const few = least(Array.from({ length: rounds }, () => fit('train.csv')))
  const many = least(Array.from({ length: rounds }, () => fit('wide.csv')))
  const each = ((many - few) / 100) * 1000
  judge(
    'one more column, fitted and probed',
    each < limits.probesMs,
    `${each.toFixed(1)} ms (below ${limits.probesMs} ms; a start costs hundreds)`,
  )
}

const proveScore = (): void => {
  console.log(`\nscore of ${Number(rowsWord).toLocaleString('en')} × 30`)
  fit('train.csv', '--skip-predict')
  const script = () =>
    spent(
      python,
      join(bench, 'score.py'),
      file('model/artifacts/task/model.joblib'),
      file('rows.csv'),
      file('theirs.csv'),
    )
  const ours = () =>
    modelsmith('score', '--code-dir', file('model'), '--input', file('rows.csv'), '--output', file('ours.csv'))
  const found = compare(ours, script)
  judge('read, predict and write', found.ratio < limits.score, `${found.ratio.toFixed(2)} × (below ${limits.score} ×)`)
  const memory = `${most(found.ours).toFixed(0)} MB beside ${most(found.theirs).toFixed(0)} MB`
  judge('peak memory of the largest process', most(found.ours) < most(found.theirs), memory)
  const difference = largestDifference()
  judge('the same answers', difference <= 1e-9, `largest difference ${difference.toPrecision(2)}`)
}

/** Between the probabilities of both sides, of every hundredth row. */
const largestDifference = (): number => {
  const [ours = [], theirs = []] = ['ours.csv', 'theirs.csv'].map((name) =>
    readFileSync(file(name), 'utf8').trimEnd().split('\n'),
  )
  if (ours.length !== theirs.length || ours[0] !== theirs[0])
    throw new Error('The two sides wrote other rows or columns.')
  let largest = 0
  for (let row = 1; row < ours.length; row += 100) {
    const [a = [], b = []] = [ours[row]?.split(','), theirs[row]?.split(',')]
    for (const at of [1, 2]) largest = Math.max(largest, Math.abs(Number(a[at]) - Number(b[at])))
  }
  return largest
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A server of one side: asked once until it answers, then as often as it is told; microseconds of processor time for each request. */
const openServer = async (command: readonly string[], path: string, port: number) => {
  const [program = '', ...args] = command
  const child = spawn(program, args, { env, stdio: 'ignore' })
  const [header = '', first = ''] = readFileSync(file('train.csv'), 'utf8').split('\n')
  const names = header.split(',').slice(0, -1)
  const row = Object.fromEntries(
    first
      .split(',')
      .slice(0, -1)
      .map((cell, index) => [names[index], Number(cell)]),
  )
  const body = JSON.stringify({ rows: [row] })
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    if (!answer.ok) throw new Error(`${program} answered ${answer.status}: ${await answer.text()}`)
    return answer.json() as Promise<{ readonly predictions: readonly { readonly probabilities: object }[] }>
  }
  for (let tries = 0; ; tries++) {
    const answer = await ask().catch((error: unknown) => (tries < 600 ? undefined : Promise.reject(error)))
    if (answer !== undefined) break
    await new Promise((done) => setTimeout(done, 100))
  }
  return {
    answer: async () => JSON.stringify((await ask()).predictions[0]?.probabilities),
    cost: async (): Promise<number> => {
      const before = processorMs(child.pid ?? 0)
      for (let count = 0; count < requests; count++) await ask()
      return ((processorMs(child.pid ?? 0) - before) / requests) * 1000
    },
    close: async () => {
      child.kill('SIGINT')
      await once(child, 'exit')
    },
  }
}

const proveServe = async (): Promise<void> => {
  console.log(
    `\none row over HTTP, ${requests} times, through a warm Python hook; microseconds of processor time for each`,
  )
  fit('train.csv', '--skip-predict')
  const [port, peerPort] = [await freePort(), await freePort()]
  const ours = await openServer(
    [process.execPath, cli, 'serve', '--code-dir', file('model'), '--port', String(port)],
    '/predictions',
    port,
  )
  const peer = await openServer(
    [python, join(bench, 'fastapi_side.py'), file('model/artifacts/task/model.joblib'), String(peerPort)],
    '/predictions',
    peerPort,
  )
  try {
    const costs = { ours: [] as number[], theirs: [] as number[] }
    await Promise.all([ours.cost(), peer.cost()])
    for (let round = 0; round < rounds; round++) {
      costs.ours.push(await ours.cost())
      costs.theirs.push(await peer.cost())
    }
    const words = (all: readonly number[]) => all.map((one) => one.toFixed(0)).join(' ')
    console.log(`  modelsmith  ${words(costs.ours)}\n  FastAPI     ${words(costs.theirs)}`)
    const ratio = Math.min(...costs.ours) / Math.min(...costs.theirs)
    judge('one row', ratio <= limits.serve, `${ratio.toFixed(2)} × (at most ${limits.serve} ×)`)
    const [answer, expected] = [await ours.answer(), await peer.answer()]
    judge('the same answer', answer === expected, `${answer} and ${expected}`)
  } finally {
    await Promise.all([ours.close(), peer.close()])
  }
}

const proveR = (): void => {
  console.log('\n100,000 × 30 with strings, factors, dates and missing values to R and back')
  const said = execFileSync(process.execPath, [join(root, 'bench/r-border/border.ts')], { env, encoding: 'utf8' })
  console.log(said.trimEnd().replaceAll(/^/gm, '  '))
  const seconds = Math.min(...Array.from(said.matchAll(/: ([\d.]+) s/g), ([, text]) => Number(text)))
  judge('to R and back', seconds < limits.rSeconds, `${seconds.toFixed(2)} s (below ${limits.rSeconds} s)`)
}

/** Packs the command and installs it beside the data. */
const install = (): void => {
  const quiet = { cwd: root, env, stdio: 'ignore' } as const
  execFileSync(process.execPath, [join(root, 'scripts/package.ts'), '--output', file('made')], quiet)
  const packed = readdirSync(file('made')).find((name) => name.endsWith('.tgz')) ?? ''
  execFileSync(
    'npm',
    ['install', '--prefix', file('npm'), '--no-audit', '--no-fund', join(file('made'), packed)],
    quiet,
  )
}

try {
  if (only !== 'r') install()
  const rows = wants('score') ? rowsWord : '1'
  execFileSync(python, [join(bench, 'make.py'), place, rows, seedWord], { env, stdio: 'inherit' })
  console.log(`processor seconds of all processes, ${rounds} rounds, seed ${seedWord}`)
  if (wants('fit')) proveFit()
  if (wants('check')) proveProbes()
  if (wants('score')) proveScore()
  if (wants('serve')) await proveServe()
  if (wants('r')) proveR()
} finally {
  rmSync(place, { recursive: true, force: true })
}
process.exitCode = held ? 0 : 1
