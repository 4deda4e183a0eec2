import { allCommands } from '../../packages/cli/src/command-line.ts'

type Flag = {
  readonly type?: string
  readonly required?: boolean
  readonly default?: unknown
  readonly description?: string
}
type Command = {
  readonly meta?: { readonly description?: string }
  readonly args?: Readonly<Record<string, Flag>>
  readonly subCommands?: Readonly<Record<string, Lazy<Command>>>
}
type Lazy<T> = T | (() => T | Promise<T>)

/** The reference of the command line, made from the definitions that it runs by. */
export const commandReference = async (): Promise<string> => {
  const sections = await Promise.all(
    Object.entries((await allCommands()) as Readonly<Record<string, Lazy<Command>>>).map(([name, command]) =>
      section(['modelsmith', name], command),
    ),
  )
  return `# Commands

Made from the code by \`npm run docs\`. \`fit\` and \`score\` work on a task folder, without a server; the nouns work on the server that
\`modelsmith login\` remembers, or that MODELSMITH_SERVER and MODELSMITH_TOKEN name. \`--help\` says the same as this page. The exit
status, where nothing else is said, is 0 when all went well, 1 when the task or the server refused, 2 when the command was not understood.

${sections.join('\n')}`
}

const section = async (words: readonly string[], lazy: Lazy<Command>): Promise<string> => {
  const { meta, args = {}, subCommands } = typeof lazy === 'function' ? await lazy() : lazy
  if (subCommands !== undefined) {
    const inner = await Promise.all(
      Object.entries(subCommands).map(([verb, command]) => section([...words, verb], command)),
    )
    return `## ${words.slice(1).join(' ')}\n\n${inner.join('\n')}`
  }
  const flags = Object.entries(args)
  const rows = flags.map(([name, flag]) => `| \`${spelled(name, flag)}\` | ${describe(flag)} |`)
  const table = rows.length === 0 ? '' : `\n| | |\n|---|---|\n${rows.join('\n')}\n`
  return `${words.length > 2 ? '###' : '##'} ${words.join(' ')}\n\n${meta?.description ?? ''}.\n${table}`
}

const spelled = (name: string, { type }: Flag): string =>
  type === 'positional' ? name.toUpperCase() : type === 'boolean' ? `--${name}` : `--${name} …`

const describe = ({ description = '', required, default: fallback, type }: Flag): string =>
  [
    description.replaceAll('|', '\\|'),
    required === true && type !== 'positional' ? 'needed' : '',
    fallback === undefined || type === 'boolean' ? '' : `default: ${String(fallback)}`,
  ]
    .filter(Boolean)
    .join('; ')
