import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Operation } from '@modelsmith/api'
import { type Document, withExamples } from './document.ts'
import { type Asker, type Examples, withoutExample } from './world.ts'

const run = promisify(execFile)
const requirements = join(import.meta.dirname, 'requirements.txt')

/** A virtual environment with Schemathesis, of a Python of this machine, in a folder of its own. */
export const installSchemathesis = async (
  python: string,
): Promise<{ program: string; remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'ms-schemathesis-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await run(python, ['-m', 'venv', folder])
    await run(join(folder, 'bin/python'), [
      '-m',
      'pip',
      'install',
      '-q',
      '--disable-pip-version-check',
      '-r',
      requirements,
    ])
  } catch (error) {
    await remove()
    throw error
  }
  return { program: join(folder, 'bin/schemathesis'), remove }
}

export type Phase = 'examples' | 'coverage' | 'fuzzing' | 'stateful'
const chainSteps = 8
const chainsFor = (most: number): number => 20 * most
/** How many answers of each status an operation gave, in each phase, and to somebody without credentials. */
export type Counts = Readonly<Partial<Record<Phase | 'nobody', Readonly<Partial<Record<Operation, Statuses>>>>>>
type Statuses = Readonly<Record<string, number>>
export type Outcome = {
  readonly held: boolean
  readonly counts: Counts
  /** What Schemathesis printed. */
  readonly report: string
}

export type HostileRun = {
  readonly program: string
  readonly address: string
  readonly asker: Asker
  readonly examples: Examples
  /** Ids of what took long to make: it is asked, but stays as it is. */
  readonly lasting: readonly string[]
  readonly seed: number
  readonly phases: readonly Phase[]
  /** The most requests of one operation that are made up in a phase. */
  readonly most: number
  readonly maxSeconds?: number
}

/** Asks all of a server that Schemathesis comes upon, as one person. */
export const beHostile = async (settings: HostileRun): Promise<Outcome> => {
  const { program, address, asker, examples, lasting, seed, phases, most, maxSeconds } = settings
  const headers = { authorization: `Bearer ${asker.token}` }
  const document = (await (await fetch(`${address}/api/v1/openapi.json`, { headers })).json()) as Document
  const folder = await mkdtemp(join(tmpdir(), 'ms-hostile-api-'))
  try {
    const counts = join(folder, 'counts.json')
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(withExamples(document, examples)))
    await writeFile(join(folder, 'schemathesis.toml'), configurationOf(most))
    const child = spawn(
      program,
      [
        '--config-file=schemathesis.toml',
        'run',
        'openapi.json',
        `--url=${address}`,
        `--header=Authorization: Bearer ${asker.token}`,
        `--phases=${phases.join(',')}`,
        `--seed=${seed}`,
        ...(maxSeconds === undefined ? [] : [`--max-time=${maxSeconds}`]),
        ...Object.keys(withoutExample).map((operation) => `--exclude-operation-id=${operation}`),
        '--continue-on-failure',
        '--generation-database=none',
        '--request-timeout=60',
        '--no-color',
        '--warnings=off',
      ],
      {
        cwd: folder,
        env: {
          ...process.env,
          SCHEMATHESIS_HOOKS: 'hooks',
          PYTHONPATH: import.meta.dirname,
          PYTHONDONTWRITEBYTECODE: '1',
          HOSTILE_API_EXAMPLES: JSON.stringify(examples),
          HOSTILE_API_SPARED: JSON.stringify(asker.spared),
          HOSTILE_API_LASTING: JSON.stringify(lasting),
          HOSTILE_API_COUNTS: counts,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let report = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (report += text))
    const [code] = (await once(child, 'close')) as [number | null]
    return { held: code === 0, counts: JSON.parse(await readFile(counts, 'utf8')) as Counts, report }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * What a schema cannot say is refused with 422, such as a blueprint without an estimator: that valid data is accepted holds only of the
 * examples, and is counted. 428 is what RFC 6585 answers to a missing If-Match, 431 to an address that is too long, and 503 what says when to ask
 * again.
 */
const configurationOf = (most: number) => `
# What asks for nothing has no example of its own.
[phases.examples]
fill-missing = true

[phases.fuzzing.generation]
max-examples = ${most}

# Of the whole document: chains of requests, each by the links of what was answered before.
[phases.stateful]
max-steps = ${chainSteps}

[phases.stateful.generation]
max-examples = ${chainsFor(most)}

[checks]
positive_data_acceptance.enabled = false

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "408", "409", "413", "415", "422", "428", "429", "431", "503"]

[checks.missing_required_header]
expected-statuses = ["400", "401", "403", "404", "406", "422", "428"]

[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "503"]
`

const sum = (counts: Statuses, family: string): number =>
  Object.entries(counts).reduce((all, [status, count]) => (status.startsWith(family) ? all + count : all), 0)

/** Answers of each family for an operation, in some phases or in all. */
export const familiesOf = (
  operation: Operation,
  counts: Counts,
  phases = Object.keys(counts) as readonly (keyof Counts)[],
) => {
  const of = (family: string) => phases.reduce((all, phase) => all + sum(counts[phase]?.[operation] ?? {}, family), 0)
  return { ok: of('2'), refused: of('4'), failed: of('500'), unavailable: of('503') }
}
