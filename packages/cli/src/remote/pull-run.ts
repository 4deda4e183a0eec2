import { mkdir, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Client, RunBundle } from '@modelsmith/api'
import { ModelsmithError } from '@modelsmith/table'
import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { explain } from '../explain.ts'
import { refuseUnknown } from '../local/flags.ts'
import { inWorkshop } from '../local/workshop.ts'
import { terminal } from '../terminal.ts'
import { readBundle } from '../local/rerun/bundle.ts'
import { rerunAndCompare, wordsOfComparison } from '../local/rerun/compare.ts'
import { untar } from '../local/rerun/untar.ts'
import { clientOf, readAccount } from './account.ts'

const flags = {
  id: {
    type: 'positional',
    required: true,
    description: 'Id of a training run, or of the job of a training or a prediction',
  },
  output: { type: 'string', description: 'Folder for what is brought; default: the id' },
  rerun: { type: 'boolean', default: true, description: 'Run it here again (--no-rerun: bring it only)' },
  json: { type: 'boolean', description: 'Say what came of it as JSON' },
} as const

/** What a run's error is about: the same here and there when the same thing goes wrong at the same place. */
type Trouble = Pick<ModelsmithError, 'code' | 'place'>

/** Brings a run of the server to this machine with all that it worked from, and runs it again. */
export const pullRun = defineCommand({
  meta: {
    description:
      'Bring a run of the server here with its rows, tasks, parameters and seed, and run it again. Exit status: 0 it ends here as on the server, and predicts the same, 1 it does not',
  },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    // A session of root's runs as a user of its own, who must be able to read what is brought.
    process.umask(0o022)
    const folder = resolve(args.output ?? args.id)
    await makeEmpty(folder)
    const client = clientOf(await readAccount())
    await bring(client, args.id, folder)
    const run = await readBundle(folder)
    terminal.err(`${run.name} is in ${folder}; on the server it ${wordsOfEnd(run)}\n`)
    if (args.rerun === false) {
      terminal.out(args.json === true ? `${JSON.stringify({ folder, run: run.id })}\n` : `${folder}\n`)
      return
    }
    await inWorkshop(async (workshop) => {
      const { error: here, comparison } = await rerunAndCompare(run, folder, workshop)
      const isSame = sameEnd(run.error, here) && comparison?.same !== false
      if (args.json === true)
        terminal.out(
          `${JSON.stringify({ folder, run: run.id, same: isSame, error: here?.toJSON() ?? null, onServer: run.error, comparison }, null, 2)}\n`,
        )
      else {
        if (here !== null) terminal.out(explain(here))
        terminal.out(
          `${comparison === null ? verdictOf(run, here, isSame) : `It succeeds here: ${wordsOfComparison(comparison)}`}\n`,
        )
      }
      process.exitCode = isSame ? 0 : 1
    })
  },
})

const makeEmpty = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0)
    throw cliError('cli.usage', {
      problem: `--output ${folder}: the folder holds other things; an empty one was expected.`,
    })
}

const progressEveryMs = 200

const bring = async (client: Client, id: string, folder: string): Promise<void> => {
  const operation = id.startsWith('trainingRun_') ? 'downloadTrainingRun' : 'downloadJob'
  const response = await client.download(operation, { params: { id } })
  if (response.body === null) throw cliError('cli.archive', { reason: 'it is empty' })
  let [bytes, last] = [0, 0]
  await untar(response.body as AsyncIterable<Uint8Array>, folder, (more) => {
    bytes += more
    if (!terminal.interactive || performance.now() - last < progressEveryMs) return
    last = performance.now()
    terminal.err(`\r\u001b[K${(bytes / 2 ** 20).toFixed(1)} MB`)
  })
  terminal.err(`${terminal.interactive ? '\r\u001b[K' : ''}${(bytes / 2 ** 20).toFixed(1)} MB brought\n`)
}

const wordsOfEnd = ({ state, error }: RunBundle): string =>
  error === null ? `${state === 'failed' ? 'failed' : `is ${state}`}.` : `failed: ${error.message}`

const placeOf = ({ place }: Trouble): string => `${place?.node ?? ''} ${place?.file ?? ''} ${place?.line ?? ''}`

const sameEnd = (there: RunBundle['error'], here: ModelsmithError | null): boolean =>
  there === null || here === null
    ? there === null && here === null
    : there.code === here.code && placeOf(there as Trouble) === placeOf(here)

const verdictOf = ({ error }: RunBundle, here: ModelsmithError | null, isSame: boolean): string => {
  if (isSame)
    return here === null
      ? 'It succeeds here as on the server.'
      : 'It fails here as on the server: the same error at the same line.'
  if (here === null)
    return 'It succeeds here; on the server it failed. Random numbers, time or what the machine has may be why.'
  return error === null
    ? 'It fails here; on the server it did not.'
    : 'It fails here too, but otherwise than on the server.'
}
