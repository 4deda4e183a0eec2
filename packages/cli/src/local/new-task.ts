import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  entryFiles,
  type Language,
  starterForm,
  starterMetadata,
  starterTypes,
  type TaskType,
  isFunctionType,
} from '@modelsmith/domain'
import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { terminal } from '../terminal.ts'
import { refuseUnknown } from './flags.ts'

const templates = fileURLToPath(new URL('../../templates', import.meta.url))

const flags = {
  name: { type: 'positional', required: true, description: 'Folder to make; its last part is the name of the task' },
  language: { type: 'string', description: 'python (default) or r' },
  'target-type': {
    type: 'string',
    description: 'binary (default), multiclass, regression, anomaly or transform; in Python also split or evaluation',
  },
} as const

/** A task to begin with, which `modelsmith check` finds right. */
const newTask = defineCommand({
  meta: { description: 'Write a task folder that works, to change into your own' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    const language = oneOf('language', args.language ?? 'python', Object.keys(entryFiles)) as Language
    const targetType = oneOf('target-type', args['target-type'] ?? 'binary', starterTypes[language]) as TaskType
    const folder = resolve(args.name)
    await makeEmpty(folder, args.name)
    const entry = entryFiles[language]
    await copyFile(join(templates, language, `${starterForm(targetType)}${extname(entry)}`), join(folder, entry))
    await writeFile(join(folder, 'model-metadata.yaml'), starterMetadata(basename(folder), language, targetType))
    const send = `Send it: modelsmith push --code-dir ${quoted(args.name)}\n`
    if (isFunctionType(targetType)) {
      terminal.out(`${args.name} holds a function: ${targetType}, in Python.\n${send}`)
      return
    }
    await writeFile(join(folder, 'sample.csv'), await readFile(join(templates, 'sample.csv')))
    terminal.out(
      `${args.name} holds a ${targetType} task in ${language === 'r' ? 'R' : 'Python'}, with 344 penguins to try it on.\n` +
        `Try it:  modelsmith check --code-dir ${quoted(args.name)}\n` +
        send,
    )
  },
})

export const newThing = defineCommand({
  meta: { description: 'Begin something new' },
  subCommands: { task: newTask },
})

const oneOf = (flag: string, given: string, known: readonly string[]): string => {
  if (known.includes(given)) return given
  throw cliError('cli.usage', { problem: `--${flag} ${given}: expected one of ${known.join(', ')}.` })
}

const makeEmpty = async (folder: string, shown: string): Promise<void> => {
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw cliError('cli.usage', { problem: `${shown} cannot be made: ${error.message}` })
  })
  const there = await readdir(folder)
  if (there.length === 0) return
  const problem = `${shown} holds other things (${there.slice(0, 3).join(', ')}); a new or empty folder was expected.`
  throw cliError('cli.usage', { problem })
}

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
