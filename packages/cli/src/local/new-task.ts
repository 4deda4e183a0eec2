import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type TargetType, TargetType as TargetTypes } from '@modelsmith/domain'
import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { terminal } from '../terminal.ts'
import { refuseUnknown } from './flags.ts'

const templates = fileURLToPath(new URL('../../templates', import.meta.url))

const languages = { python: { file: 'custom.py', extension: 'py' }, r: { file: 'custom.R', extension: 'R' } } as const
type Language = keyof typeof languages

const flags = {
  name: { type: 'positional', required: true, description: 'Folder to make; its last part is the name of the task' },
  language: { type: 'string', description: 'python (default) or r' },
  'target-type': {
    type: 'string',
    description: 'binary (default), multiclass, regression, anomaly or transform',
  },
} as const

/** A task to begin with, which `modelsmith check` finds right. */
const newTask = defineCommand({
  meta: { description: 'Write a task folder that works, to change into your own' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    const language = oneOf('language', args.language ?? 'python', Object.keys(languages)) as Language
    const targetType = oneOf('target-type', args['target-type'] ?? 'binary', TargetTypes.enum) as TargetType
    const folder = resolve(args.name)
    await makeEmpty(folder, args.name)
    const { file, extension } = languages[language]
    await copyFile(join(templates, language, `${formOf(targetType)}.${extension}`), join(folder, file))
    await writeFile(join(folder, 'model-metadata.yaml'), metadataOf(basename(folder), language, targetType))
    await writeFile(join(folder, 'sample.csv'), await readFile(join(templates, 'sample.csv')))
    terminal.out(
      `${args.name} holds a ${targetType} task in ${language === 'r' ? 'R' : 'Python'}, with 344 penguins to try it on.\n` +
        `Try it:  modelsmith check --code-dir ${quoted(args.name)}\n` +
        `Send it: modelsmith push --code-dir ${quoted(args.name)}\n`,
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

/** Tasks of both kinds of classes are written alike. */
const formOf = (targetType: TargetType): string =>
  targetType === 'binary' || targetType === 'multiclass' ? 'classification' : targetType

const targets: Readonly<Record<TargetType, string | undefined>> = {
  binary: 'sex',
  multiclass: 'species',
  regression: 'body_mass_g',
  anomaly: undefined,
  transform: undefined,
}

const parameterOf = (language: Language, targetType: TargetType): string | undefined => {
  if (targetType === 'transform') return undefined
  if (language === 'python') return '{name: trees, type: int, min: 1, max: 2000, default: 100, title: Trees}'
  if (targetType === 'anomaly') return '{name: ridge, type: float, min: 0, max: 1, default: 0.001, title: Ridge}'
  return '{name: depth, type: int, min: 1, max: 30, default: 5, title: Depth of the tree}'
}

const metadataOf = (name: string, language: Language, targetType: TargetType): string => {
  const parameter = parameterOf(language, targetType)
  const target = targets[targetType]
  return [
    `name: ${JSON.stringify(name)}`,
    'description: Say in one sentence what it does.',
    `targetType: ${targetType}`,
    ...(parameter === undefined
      ? []
      : [
          '# What may be set where the task is trained; the hooks find it in `parameters`.',
          'hyperparameters:',
          `  - ${parameter}`,
        ]),
    '# What the task takes and gives. It is checked while a blueprint is drawn, on the data, and on what the hooks return.',
    'typeSchema:',
    '  input_requirements:',
    '    - {field: data_types, condition: IN, value: [NUM, CAT]}',
    '    - {field: contains_missing, condition: EQUALS, value: SUPPORTED}',
    '    - {field: sparse, condition: EQUALS, value: FORBIDDEN}',
    ...(targetType === 'transform'
      ? [
          '  output_requirements:',
          '    - {field: data_types, condition: EQUALS, value: NUM}',
          '    - {field: contains_missing, condition: EQUALS, value: NEVER}',
        ]
      : []),
    '# What `modelsmith check` tries it with.',
    'validation:',
    '  input: sample.csv',
    ...(target === undefined ? [] : [`  targetName: ${target}`]),
    '',
  ].join('\n')
}
