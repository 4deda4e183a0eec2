import { type ArgsDef, type CommandDef, defineCommand, type SubCommandsDef } from 'citty'
import { cliError } from './errors.ts'
import { refuseUnknown } from './local/flags.ts'
import { terminal } from './terminal.ts'

const shells = ['bash', 'zsh', 'fish'] as const

/** What may follow the words of a command: other words, or flags. */
type Choice = { readonly path: readonly string[]; readonly words: readonly string[]; readonly flags: readonly string[] }

const resolved = async <T>(value: T | (() => T | Promise<T>) | undefined): Promise<T | undefined> =>
  typeof value === 'function' ? (value as () => T | Promise<T>)() : value

const choicesOf = async (path: readonly string[], commands: SubCommandsDef): Promise<readonly Choice[]> => {
  const inner = await Promise.all(
    Object.entries(commands).map(async ([word, lazy]): Promise<readonly Choice[]> => {
      const { args, subCommands } = (await resolved(lazy as CommandDef)) as CommandDef
      const below = await resolved(subCommands)
      if (below !== undefined) return choicesOf([...path, word], below as SubCommandsDef)
      const flags = Object.entries(((await resolved(args)) ?? {}) as ArgsDef)
        .filter(([, { type }]) => type !== 'positional')
        .map(([name]) => `--${name}`)
      return [{ path: [...path, word], words: [], flags: [...flags, '--help'] }]
    }),
  )
  return [{ path, words: Object.keys(commands), flags: ['--help'] }, ...inner.flat()]
}

/** Where no more commands follow, whatever else stands there is no matter. */
const bashCase = ({ path, words, flags }: Choice): string => {
  const said = path.map((word) => ` ${word}`).join('')
  const pattern = words.length > 0 ? `'${said}'` : `'${said}'|'${said} '*`
  return `    ${pattern}) choices='${[...words, ...flags].join(' ')}' ;;`
}

// After a flag, and where a command takes no more words, the shell offers files.
const bashScript = (choices: readonly Choice[]): string => `_modelsmith() {
  local word=\${COMP_WORDS[COMP_CWORD]} path='' index choices
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ \${COMP_WORDS[index]} == -* ]] && break
    path+=" \${COMP_WORDS[index]}"
  done
  case "$path" in
${choices.map(bashCase).join('\n')}
    *) choices='--help' ;;
  esac
  COMPREPLY=($(compgen -W "$choices" -- "$word"))
  [[ $word != -* && \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$word"))
  return 0
}
complete -o filenames -F _modelsmith modelsmith
`

const zshScript = (choices: readonly Choice[]): string =>
  `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(choices)}`

const fishScript = (choices: readonly Choice[]): string => {
  const condition = (path: readonly string[]) =>
    path.length === 0
      ? '__fish_use_subcommand'
      : path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ')
  return choices
    .flatMap(({ path, words, flags }) => [
      ...words.map(
        (word) =>
          `complete -c modelsmith -f -n '${condition(path)}${path.length === 0 ? '' : `; and not __fish_seen_subcommand_from ${words.join(' ')}`}' -a ${word}\n`,
      ),
      ...(words.length > 0
        ? []
        : flags.map((flag) => `complete -c modelsmith -n '${condition(path)}' -l ${flag.slice(2)}\n`)),
    ])
    .join('')
}

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** The completion of all commands for a shell; `commands` is asked when it runs, so that it can list this one too. */
export const completionOf = (commands: () => Promise<SubCommandsDef>) => {
  const flags = { shell: { type: 'positional', required: true, description: shells.join(', ') } } as const
  return defineCommand({
    meta: {
      description: 'Print what a shell needs to complete commands and flags: `source <(modelsmith completion bash)`',
    },
    args: flags,
    run: async ({ args, rawArgs }) => {
      refuseUnknown(flags, rawArgs)
      const shell = shells.find((each) => each === args.shell)
      if (shell === undefined)
        throw cliError('cli.usage', { problem: `${args.shell}: expected one of ${shells.join(', ')}.` })
      terminal.out(scripts[shell](await choicesOf([], await commands())))
    },
  })
}
