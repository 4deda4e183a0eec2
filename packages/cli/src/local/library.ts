import { type Hyperparameter, TargetType as TargetTypes, wordsOfParameter } from '@modelsmith/domain'
import { type LibraryEntry, libraryId, readLibrary } from '@modelsmith/engine'
import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { terminal } from '../terminal.ts'
import { refuseUnknown } from './flags.ts'

const listFlags = {
  search: { type: 'string', description: 'Words that its name, title, group or description has' },
  'target-type': { type: 'string', description: TargetTypes.enum.join(', ') },
  json: { type: 'boolean', description: 'The entries as JSON' },
} as const

const list = defineCommand({
  meta: { description: 'The built-in tasks' },
  args: listFlags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(listFlags, rawArgs)
    const wanted = args['target-type']
    if (wanted !== undefined && !TargetTypes.enum.some((each) => each === wanted))
      throw cliError('cli.usage', {
        problem: `--target-type ${wanted}: expected one of ${TargetTypes.enum.join(', ')}.`,
      })
    const words = (args.search ?? '').toLowerCase().split(/\s+/)
    const found = (await readLibrary()).filter(
      ({ name, title, group, description, targetTypes }) =>
        words.every((word) => `${name} ${title} ${group} ${description}`.toLowerCase().includes(word)) &&
        (wanted === undefined || targetTypes.some((each) => each === wanted)),
    )
    if (args.json === true) return terminal.out(`${JSON.stringify(found, null, 2)}\n`)
    const sorted = found.toSorted((a, b) => a.group.localeCompare(b.group) || a.name.localeCompare(b.name))
    for (const [group, entries] of Map.groupBy(sorted, (entry) => entry.group))
      terminal.out(`${group}\n${entries.map(({ name, title }) => `  ${name.padEnd(24)} ${title}\n`).join('')}`)
    if (found.length === 0) terminal.err('No built-in task is like that.\n')
  },
})

const showFlags = {
  name: { type: 'string', required: true, description: 'Of the task, such as random-forest' },
  json: { type: 'boolean', description: 'The entry as JSON' },
} as const

const show = defineCommand({
  meta: { description: 'What a built-in task does, takes and offers' },
  args: showFlags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(showFlags, rawArgs)
    const entries = await readLibrary()
    const entry = entries.find((each) => each.name === args.name || libraryId(each) === args.name)
    if (entry === undefined) {
      const problem = `--name ${args.name}: there is no such built-in task; \`modelsmith library list\` names them.`
      throw cliError('cli.usage', { problem })
    }
    terminal.out(args.json === true ? `${JSON.stringify(entry, null, 2)}\n` : wordsOf(entry))
  },
})

const wordsOf = (entry: LibraryEntry): string => {
  const { title, description, targetTypes, group, environment, wraps, hyperparameters, citation } = entry
  const classes = [...new Set(typeof wraps === 'string' ? [wraps] : Object.values(wraps))]
  return [
    `${title} (${libraryId(entry)})`,
    description,
    '',
    `${group}; ${targetTypes.join(', ')}; ${classes.join(', ')} in ${environment}`,
    ...hyperparameters.flatMap((each) => ['', ...wordsOfHyperparameter(each)]),
    '',
    `${citation}.`,
    '',
  ].join('\n')
}

const wordsOfHyperparameter = (parameter: Hyperparameter): readonly string[] => [
  `  ${parameter.name}: ${wordsOfParameter(parameter)}${parameter.default === undefined ? '' : `; ${parameter.default} unless given`}`,
  `    ${parameter.title}. ${parameter.description}`,
]

export const library = defineCommand({
  meta: { description: 'The built-in tasks: list, show' },
  subCommands: { list, show },
})
