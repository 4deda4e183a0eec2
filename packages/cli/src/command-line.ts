import { stripVTControlCharacters } from 'node:util'
import { type CommandDef, renderUsage, runCommand, type SubCommandsDef } from 'citty'
import packageFile from '../package.json' with { type: 'json' }
import { cliError } from './errors.ts'
import { exitStatusOf, explain, explainAsJson, ofServer } from './explain.ts'

const name = 'modelsmith'

/** What works on local files; each is loaded when it is asked for. */
const local: SubCommandsDef = {
  fit: async () => (await import('./local/fit.ts')).fit,
  score: async () => (await import('./local/score.ts')).score,
  serve: async () => (await import('./local/serve.ts')).serve,
  reproduce: async () => (await import('./local/reproduce.ts')).reproduce,
  check: async () => (await import('./local/check.ts')).check,
  new: async () => (await import('./local/new-task.ts')).newThing,
  library: async () => (await import('./local/library.ts')).library,
  inspect: async () => (await import('./local/inspect.ts')).inspectFile,
  export: async () => (await import('./local/export/export.ts')).exportModel,
}

/** Every command, with those that work on a server. */
export const allCommands = async (): Promise<SubCommandsDef> => {
  const { login, pullRun, push, remoteCommands } = await import('./remote/index.ts')
  const { completionOf } = await import('./completion.ts')
  return { ...local, login, push, 'pull-run': pullRun, ...remoteCommands(), completion: completionOf(allCommands) }
}

type Found = { readonly command: CommandDef; readonly words: readonly string[]; readonly rest: string[] }

/** Follows the words up to the first flag: `datasets upload --file …` is the command `upload` of `datasets`. */
const findCommand = async (rawArgs: readonly string[]): Promise<Found> => {
  let command: CommandDef = {
    meta: { description: 'Custom modeling: try tasks here, train and deploy them on a server' },
    subCommands: Object.hasOwn(local, rawArgs[0] ?? '') ? local : await allCommands(),
  }
  const words = [name]
  let rest = [...rawArgs]
  while (command.subCommands !== undefined && rest[0] !== undefined && !rest[0].startsWith('-')) {
    const known = (await resolved(command.subCommands)) as SubCommandsDef
    const word = rest[0]
    if (!Object.hasOwn(known, word)) {
      const problem = `${words.join(' ')} has no command "${word}"; it has: ${Object.keys(known).join(', ')}.`
      throw cliError('cli.usage', { problem })
    }
    command = (await resolved(known[word])) as CommandDef
    words.push(word)
    rest = rest.slice(1)
  }
  return { command, words, rest }
}

const resolved = async (value: unknown): Promise<unknown> => (typeof value === 'function' ? value() : value)

const helpOf = async ({ command, words }: Found): Promise<string> => {
  const meta = (await resolved(command.meta)) as object | undefined
  const text = await renderUsage({ ...command, meta: { ...meta, name: words.join(' ') } })
  return `${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`
}

/** Runs one command line; the exit status: 0 held, 1 the task or the server refused, 2 wrong usage. */
export const run = async (rawArgs: readonly string[]): Promise<number> => {
  try {
    if (rawArgs.length === 1 && rawArgs[0] === '--version') {
      process.stdout.write(`${packageFile.version}\n`)
      return 0
    }
    const found = await findCommand(rawArgs)
    if (rawArgs.some((word) => word === '--help' || word === '-h')) {
      process.stdout.write(await helpOf(found))
      return 0
    }
    if (found.command.subCommands !== undefined) {
      process.stderr.write(await helpOf(found))
      return 2
    }
    await runCommand(found.command, { rawArgs: found.rest })
    // What a command found may be an answer that a pipeline should stop at.
    return Number(process.exitCode ?? 0)
  } catch (thrown) {
    const error = await ofServer(thrown)
    if (rawArgs.includes('--json')) process.stdout.write(explainAsJson(error))
    else process.stderr.write(explain(error))
    return exitStatusOf(error)
  }
}
