import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

const run = (program: string, args: readonly string[]): Promise<{ status: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(program, args, (error, out, err) => resolve({ status: error === null ? 0 : Number(error.code), out, err }))
  })
const modelsmith = (...args: string[]) => run(process.execPath, [main, ...args])

describe('modelsmith completion bash', () => {
  let script = ''
  beforeAll(async () => {
    script = (await modelsmith('completion', 'bash')).out
  })

  /** What bash offers for the last of the words. */
  const offered = async (...words: string[]): Promise<string[]> => {
    const all = ['modelsmith', ...words].map((word) => `'${word}'`).join(' ')
    const { out, err } = await run('bash', [
      '--norc',
      '-c',
      `${script}\nCOMP_WORDS=(${all}); COMP_CWORD=${words.length}; _modelsmith; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ])
    expect(err).toBe('')
    return out.split('\n').filter(Boolean)
  }

  it('offers commands, their verbs and their flags', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['fit', 'serve', 'new', 'datasets', 'completion']))
    expect(await offered('depl')).toEqual(['deployments'])
    expect(await offered('datasets', 'up')).toEqual(['upload', 'upload-version'])
    expect(await offered('new', '')).toEqual(expect.arrayContaining(['task']))
    expect(await offered('fit', '--target')).toEqual(['--target-type', '--target', '--target-csv'])
    expect(await offered('datasets', 'upload', 'x.csv', '--fi')).toEqual(['--file'])
    expect(await offered('datasets', 'upload', '--name')).toEqual(['--name'])
    expect(await offered('datasets', 'upload-version', '--name')).toEqual([])
  })

  it('offers files where nothing else can follow', async () => {
    expect(await offered('fit', '--input', main.slice(0, -1))).toEqual([main])
  })
})

it.each([
  ['zsh', 'bashcompinit'],
  ['fish', "complete -c modelsmith -n '__fish_seen_subcommand_from fit' -l input"],
])('writes the completion of %s', async (shell, expected) => {
  const { status, out } = await modelsmith('completion', shell)
  expect([status, out]).toEqual([0, expect.stringContaining(expected)])
})

it('refuses another shell', async () => {
  const { status, err } = await modelsmith('completion', 'tcsh')
  expect(status).toBe(2)
  expect(err).toContain('tcsh: expected one of bash, zsh, fish.')
})
