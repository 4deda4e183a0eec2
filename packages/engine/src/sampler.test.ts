import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunner, type Environment, installEnvironment, type Runner } from '@modelsmith/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type EndedTrial,
  openSampler,
  type Proposal,
  type Sampler,
  samplerEnvironment,
  type SearchProblem,
} from './sampler.ts'

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-sampler-'))
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
let runner: Runner
let environment: Environment
let count = 0

beforeAll(async () => {
  chmodSync(folder, 0o755)
  for (const name of ['python-core', samplerEnvironment])
    environment = await installEnvironment({ name, dataDir, forEveryone: true })
  runner = createRunner({ runtimeDir: join(folder, 'run') })
}, 300_000)
afterAll(async () => {
  await runner?.close()
  rmSync(folder, { recursive: true, force: true })
})

const problem: SearchProblem = {
  dimensions: [
    { name: 'model.rate', kind: 'float', low: 0.001, high: 1, log: true },
    { name: 'model.share', kind: 'float', low: -2, high: 2, log: false },
    { name: 'model.leaves', kind: 'int', low: 2, high: 200, log: true },
    { name: 'model.depth', kind: 'int', low: 1, high: 9, log: false },
    { name: 'model.kind', kind: 'values', values: ['a', 'b', 'c'] },
    { name: 'fill.flag', kind: 'values', values: [false, true] },
  ],
  direction: 'minimize',
  seed: 7,
  first: { 'model.rate': 0.1, 'model.share': 0, 'model.leaves': 31, 'model.depth': 3, 'model.kind': 0, 'fill.flag': 1 },
}

/** Something to make small that asks each parameter for something; each seventh trial fails. */
const judge = (point: Readonly<Record<string, number>>, number: number): EndedTrial =>
  number % 7 === 6
    ? { point }
    : {
        point,
        value:
          (Math.log10(point['model.rate'] ?? 0) + 2) ** 2 +
          ((point['model.share'] ?? 0) - 1) ** 2 +
          Math.abs((point['model.leaves'] ?? 0) - 50) / 50 +
          Math.abs((point['model.depth'] ?? 0) - 6) / 3 +
          (point['model.kind'] === 2 ? 0 : 1) +
          (point['fill.flag'] === 0 ? 0 : 0.5),
      }

const open = (asked: SearchProblem): Promise<Sampler> => {
  const workDir = join(folder, String(count++))
  mkdirSync(workDir, { mode: 0o755 })
  return openSampler(asked, { runner, environment, workDir })
}

/** Trials of a search, whose sampler is closed and opened anew before each of these. */
const search = async (asked: SearchProblem, trials: number, breaks: readonly number[] = []) => {
  const ended: EndedTrial[] = []
  const proposals: Proposal[] = []
  let sampler = await open(asked)
  try {
    for (let number = 0; number < trials; number++) {
      if (breaks.includes(number)) {
        await sampler.close()
        sampler = await open(asked)
      }
      const proposal = await sampler.propose(ended)
      proposals.push(proposal)
      ended.push(judge(proposal.point, number))
    }
  } finally {
    await sampler.close()
  }
  return { ended, proposals }
}

/** The same search as somebody would write it with Optuna, which keeps the categories themselves. */
const plain = (asked: SearchProblem, values: readonly (number | undefined)[]): Record<string, number>[] => {
  const file = join(folder, 'plain.py')
  writeFileSync(
    file,
    `
import json, sys
import optuna
asked, values = json.load(sys.stdin)
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(direction=asked["direction"], sampler=optuna.samplers.TPESampler(seed=asked["seed"]))
if asked["first"] is not None:
    study.enqueue_trial({
        each["name"]: each["values"][asked["first"][each["name"]]] if each["kind"] == "values" else asked["first"][each["name"]]
        for each in asked["dimensions"]
    })
points, remaining = [], iter(values)
def objective(trial):
    point = {}
    for each in asked["dimensions"]:
        name = each["name"]
        if each["kind"] == "int":
            point[name] = trial.suggest_int(name, each["low"], each["high"], log=each["log"])
        elif each["kind"] == "float":
            point[name] = trial.suggest_float(name, each["low"], each["high"], log=each["log"])
        else:
            point[name] = each["values"].index(trial.suggest_categorical(name, each["values"]))
    points.append(point)
    value = next(remaining)
    if value is None:
        raise ValueError("failed")
    return value
study.optimize(objective, n_trials=len(values), catch=(ValueError,))
print(json.dumps(points))
`,
  )
  const input = JSON.stringify([asked, values.map((value) => value ?? null)])
  return JSON.parse(execFileSync(environment.interpreter, ['-I', file], { input, encoding: 'utf8' })) as Record<
    string,
    number
  >[]
}

describe('the sampler', () => {
  it('proposes what plain Optuna does with the same seed, beginning with what is tried first', {
    timeout: 120_000,
  }, async () => {
    const { ended } = await search(problem, 30)
    expect(ended[0]?.point).toEqual(problem.first)
    expect(ended.map(({ point }) => point)).toEqual(
      plain(
        problem,
        ended.map(({ value }) => value),
      ),
    )
    // Behind the random beginning it has learnt something.
    const best = (trials: readonly EndedTrial[]) => Math.min(...trials.map(({ value = Infinity }) => value))
    expect(best(ended.slice(12))).toBeLessThan(best(ended.slice(0, 12)))
  })

  it('proposes after a restart what it would have proposed without', { timeout: 120_000 }, async () => {
    const upwards: SearchProblem = { ...problem, direction: 'maximize', seed: 3, first: null }
    const unbroken = await search(upwards, 24)
    const broken = await search(upwards, 24, [1, 9, 10, 23])
    expect(broken.ended).toEqual(unbroken.ended)
    expect(broken.proposals.every(({ replayed }) => replayed)).toBe(true)
    expect(unbroken.ended).not.toEqual((await search({ ...upwards, seed: 4 }, 2)).ended)
  })

  it('goes on from trials that another sampler proposed, and says so', { timeout: 120_000 }, async () => {
    const { ended } = await search({ ...problem, seed: 1, first: null }, 12)
    const sampler = await open(problem)
    const { point, replayed, optuna } = await sampler.propose(ended)
    await sampler.close()
    expect(replayed).toBe(false)
    expect(optuna).toMatch(/^\d+\.\d+\.\d+$/)
    expect(Object.keys(point)).toEqual(problem.dimensions.map(({ name }) => name))
  })
})
