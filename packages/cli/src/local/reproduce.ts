import { availableParallelism } from 'node:os'
import type { ModelsmithError } from '@modelsmith/table'
import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { explain } from '../explain.ts'
import { terminal } from '../terminal.ts'
import { refuseUnknown } from './flags.ts'
import { openBundle, readBundle } from './rerun/bundle.ts'
import { type Comparison, rerunAndCompare, wordsOfComparison } from './rerun/compare.ts'
import { inWorkshop, type Workshop } from './workshop.ts'

const flags = {
  bundle: {
    type: 'positional',
    required: true,
    description: 'Bundle of a training run, as a file or the folder it was unpacked to; several words for several',
  },
  parallelism: { type: 'string', description: 'Parts of a training side by side; default: as many as there are cores' },
  json: { type: 'boolean', description: 'Say what came of each as a line of JSON' },
} as const

/** What came of one bundle. */
type Outcome = {
  readonly bundle: string
  readonly run: string
  readonly name: string
  readonly same: boolean
  readonly comparison: Comparison | null
  /** Why it could not be trained here. */
  readonly error: ModelsmithError | null
}

/** Trains what bundles hold once more, from nothing, and compares the predictions with those of the server. */
export const reproduce = defineCommand({
  meta: {
    description:
      'Train the run of a bundle again, from nothing and without its server, and compare its predictions with the ones of the server, bit for bit. Exit status: 0 all are the same, 1 they are not',
  },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    const parallelism = readParallelism(args.parallelism)
    const bundles = args._
    await inWorkshop(async (workshop) => {
      for (const bundle of bundles) {
        const outcome = await reproduceOne(bundle, parallelism, workshop)
        terminal.out(args.json === true ? `${JSON.stringify(outcome)}\n` : wordsOf(outcome))
        if (!outcome.same) process.exitCode = 1
      }
    })
  },
})

const readParallelism = (text: string | undefined): number => {
  if (text === undefined) return availableParallelism()
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw cliError('cli.usage', { problem: `--parallelism ${text} is no whole number from 1.` })
}

const reproduceOne = async (bundle: string, parallelism: number, workshop: Workshop): Promise<Outcome> => {
  const folder = await openBundle(bundle, await workshop.place())
  const run = await readBundle(folder)
  const { id, name } = run
  if (run.kind !== 'training' || run.predictions === undefined) throw cliError('cli.noPredictions', { name })
  terminal.err(`${name}\n`)
  const { error, comparison } = await rerunAndCompare(run, folder, workshop, parallelism)
  return { bundle, run: id, name, same: comparison?.same === true, comparison, error }
}

const wordsOf = ({ name, comparison, error }: Outcome): string => {
  if (error !== null) return `${name} cannot be trained here as on the server:\n${explain(error)}`
  return `${name}: ${comparison === null ? '' : wordsOfComparison(comparison)}\n`
}
