import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeData } from '../../bench/engine/data.ts'
import { openSide, type Request, type Side, type Work } from '../../bench/engine/sides.ts'

/**
 * What the engine costs beside the same steps in one bare Python script, in processor time of all processes; the sides take turns
 * on the same new rows, and the minimum of the rounds counts. `bench/engine/README.md` says what is compared.
 */
const rounds = 5
const stepLimitMs = 3
const foldsLimit = 1.3

type Case = {
  readonly name: string
  readonly work: Work
  readonly rows: number
  readonly missing: number
  readonly lanes: number
  /** Ticks are coarse: a round is the mean of so many runs. */
  readonly runs: number
}
type SideName = 'engine' | 'script' | 'scriptWithCopies' | 'scriptProcess'

const chain = (steps: number, runs: number): Case => ({
  name: `${steps} ${steps === 1 ? 'step' : 'steps'}`,
  work: { kind: 'chain', task: 'pass-through', steps },
  rows: 100_000,
  missing: 0,
  lanes: 1,
  runs,
})
const [one, ten, hundred] = [chain(1, 10), chain(10, 5), chain(100, 2)]
const folds = (lanes: number): Case => ({
  name: `2 steps, 5 folds, ${lanes} side by side`,
  work: { kind: 'folds', folds: 5 },
  rows: 20_000,
  missing: 0.05,
  lanes,
  runs: 5,
})
const [foldsInTurn, foldsInPairs] = [folds(1), folds(2)]
const burn: Case = {
  name: 'a step that burns 1,000 ms',
  work: { kind: 'chain', task: 'burn', steps: 1 },
  rows: 1000,
  missing: 0,
  lanes: 1,
  runs: 1,
}

const place = mkdtempSync(join(tmpdir(), 'ms-bench-'))
const bench = join(import.meta.dirname, '../../bench/engine')
const { PYTHONPATH: _, PYTHONDONTWRITEBYTECODE: __, ...env } = process.env
const engine = await openSide(
  process.execPath,
  [join(bench, 'engine.ts'), join(place, 'run'), join(place, 'objects')],
  env,
)
const openScript = (): Promise<Side> =>
  openSide(String(engine.ready['interpreter']), [join(bench, 'script.py')], {
    ...env,
    PYTHONHASHSEED: '0',
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
  })
const script = await openScript()

const spentOn = async (side: Side, request: Request): Promise<number> => {
  const before = side.spentMs()
  await side.run(request)
  return side.spentMs() - before
}

const runOn: Record<SideName, (request: Request) => Promise<number>> = {
  engine: (request) => spentOn(engine, request),
  script: (request) => spentOn(script, request),
  scriptWithCopies: (request) =>
    spentOn(script, {
      ...request,
      work: request.work.kind === 'chain' ? { ...request.work, copies: true } : request.work,
    }),
  scriptProcess: async (request) => {
    const own = await openScript()
    await own.run(request)
    const spent = own.spentMs()
    await own.close()
    return spent
  },
}
const sideNames = Object.keys(runOn) as SideName[]

let seed = Date.now() % 2 ** 32
console.log(`seed ${seed}, ${rounds} rounds after one that does not count\n`)

/** Each side in turn on the same rows, another one first each time; the mean of a round. */
const round = async ({ work, rows, missing, runs, lanes }: Case): Promise<Record<SideName, number>> => {
  const sums: Record<SideName, number> = { engine: 0, script: 0, scriptWithCopies: 0, scriptProcess: 0 }
  for (let run = 0; run < runs; run++) {
    const file = join(place, `data-${++seed}`)
    writeData(file, rows, missing, seed)
    for (let turn = 0; turn < sideNames.length; turn++) {
      const name = sideNames[(turn + seed) % sideNames.length] as SideName
      // A process of its own is timed from its start, and once a round.
      if (name === 'scriptProcess' && run > 0) continue
      const spent = await runOn[name]({ work, file, rows, missing: missing > 0, lanes, folder: `${file}-${name}` })
      sums[name] += name === 'scriptProcess' ? spent : spent / runs
    }
    // Folders stay until the end: ext4 searches long for inodes where many were just freed.
    for (const end of ['.cols', '.f64']) rmSync(`${file}${end}`)
  }
  return sums
}

const least = async (each: Case): Promise<Record<SideName, number>> => {
  await round(each)
  const all: Record<SideName, number>[] = []
  for (let index = 0; index < rounds; index++) all.push(await round(each))
  const found = Object.fromEntries(
    sideNames.map((name) => [name, Math.min(...all.map((spent) => spent[name]))]),
  ) as Record<SideName, number>
  console.log(
    `${each.name.padEnd(34)}${sideNames
      .map((name) =>
        all
          .map((spent) => Math.round(spent[name]))
          .join(' ')
          .padStart(28),
      )
      .join('')}`,
  )
  return found
}

console.log(`processor ms, round by round     ${sideNames.map((name) => name.padStart(28)).join('')}`)
const counted = await least(burn)
const [first, second, third] = [await least(one), await least(ten), await least(hundred)]
const [inTurn, inPairs] = [await least(foldsInTurn), await least(foldsInPairs)]
await Promise.all([script.close(), engine.close()])
rmSync(place, { recursive: true, force: true })

let held = true
const judge = (what: string, found: number, limit: number, unit: string): void => {
  const holds = found <= limit
  held &&= holds
  console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${found.toFixed(2)}${unit} (limit ${limit}${unit})`)
}

console.log('\nminimum of the rounds')
const counts = [counted.engine, counted.script].every((spent) => spent >= 1000 && spent < 2000)
held &&= counts
console.log(`${counts ? 'holds' : 'FAILS'}  what children of a step burn is counted on both sides`)
for (const [steps, spent] of [
  [1, first],
  [10, second],
  [100, third],
] as const) {
  const over = (spent.engine - spent.scriptProcess) / steps
  judge(`${steps} steps in a running worker over python script.py, a step`, over, stepLimitMs, ' ms')
}
const perStep = (name: SideName) => (third[name] - first[name]) / 99
judge('2 steps, 5 folds over python script.py', inTurn.engine / inTurn.scriptProcess, foldsLimit, ' ×')
judge('the same, two folds side by side', inPairs.engine / inPairs.scriptProcess, foldsLimit, ' ×')
console.log(`
not limited: beside a script that has started, as in a notebook, what a training costs once shows
       1 step over it: ${Math.round(first.engine - first.script)} ms, sandboxed session above all
       each further step: engine ${perStep('engine').toFixed(1)} ms, script ${perStep('script').toFixed(1)} ms, script with a copy of its rows a step ${perStep('scriptWithCopies').toFixed(1)} ms
       2 steps, 5 folds: ${(inTurn.engine / inTurn.script).toFixed(2)} ×`)
process.exitCode = held ? 0 : 1
