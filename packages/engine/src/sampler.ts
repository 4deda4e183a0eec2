import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, type SampledDimension, type SampledPoint } from '@modelsmith/domain'
import type { Environment, Limits, Runner } from '@modelsmith/runner'
import { encodeBlocksWhole } from '@modelsmith/table'
import Type from 'typebox'
import { engineError } from './errors.ts'

/** The built-in environment that the sampler runs in. */
export const samplerEnvironment = 'python-search'

/** What a search asks of its sampler. */
export type SearchProblem = {
  readonly dimensions: readonly SampledDimension[]
  readonly direction: 'minimize' | 'maximize'
  readonly seed: number
  /** What is tried first. */
  readonly first: SampledPoint | null
}

/** A trial that has ended; without value where it failed. */
export type EndedTrial = { readonly point: SampledPoint; readonly value?: number }

export type Proposal = {
  readonly point: SampledPoint
  /** False where another version of the sampler had proposed the trials: they count, and what comes may differ from an unbroken search. */
  readonly replayed: boolean
  /** Version of Optuna. */
  readonly optuna: string
}

export type Sampler = {
  /** What to try after these, which are in their order. The same for the same problem and trials, on whichever sampler. */
  propose(trials: readonly EndedTrial[]): Promise<Proposal>
  close(): Promise<void>
}

const limits: Limits = {
  memoryMb: 1024,
  cpuSeconds: 600,
  wallSeconds: 600,
  processes: 16,
  fileSizeMb: 16,
  threads: 1,
}
const code = fileURLToPath(new URL('../../../library/sampler/custom.py', import.meta.url))
const task = 'sampler'
/** The sampler looks at no data; a step has some. */
const nothing = Buffer.from(
  encodeBlocksWhole({
    schema: { columns: [{ name: 'nothing', type: 'number' }] },
    rows: 1,
    columns: [{ kind: 'float64', values: new Float64Array(1), validity: undefined }],
  }),
).toString('base64')

const Answer = Type.Object({
  point: Type.Record(Type.String(), Type.Number()),
  replayed: Type.Boolean(),
  optuna: Type.String(),
})

/** Opens Optuna in a session of its own, below a folder that is there already; whoever opens it closes it. */
export const openSampler = async (
  problem: SearchProblem,
  {
    runner,
    environment,
    workDir,
  }: { readonly runner: Runner; readonly environment: Environment; readonly workDir: string },
): Promise<Sampler> => {
  const codeDir = join(workDir, 'sampler')
  const answers = join(workDir, 'proposals')
  for (const folder of [codeDir, answers]) await mkdir(folder, { recursive: true, mode: 0o755 })
  // The user of a session may not be able to read where the program lies.
  await copyFile(code, join(codeDir, 'custom.py'))
  const session = await runner.open({ environment, limits, readable: [codeDir], writable: [answers] })
  await session.addTask({ name: task, codeDir })
  let asked = 0

  return {
    async propose(trials) {
      const outputDir = join(answers, String(asked++))
      await mkdir(outputDir)
      await session.fit({
        task,
        targetType: 'transform',
        x: { parts: [{ blocks: nothing }] },
        parameters: { ...problem, trials },
        outputDir,
        seed: 0,
      })
      const answer: unknown = JSON.parse(await readFile(join(outputDir, 'proposal.json'), 'utf8'))
      await rm(outputDir, { recursive: true, force: true })
      return demandProposal(answer, problem)
    },
    close: () => session.close(),
  }
}

const demandProposal = (answer: unknown, { dimensions }: SearchProblem): Proposal => {
  const findings = check(Answer, answer)
  if (findings.length > 0) throw engineError('search.proposal', { problem: 'it has another form' }, { findings })
  const proposal = answer as Proposal
  for (const dimension of dimensions) {
    const value = proposal.point[dimension.name] ?? Number.NaN
    const [low, high] = dimension.kind === 'values' ? [0, dimension.values.length - 1] : [dimension.low, dimension.high]
    if (!(value >= low && value <= high))
      throw engineError('search.proposal', { problem: `${dimension.name} is ${value}` })
  }
  return proposal
}
