import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type StepEnd = { readonly ok: boolean; readonly output: string }

/** How a Python is asked for its pip: nothing of the user's folder, no questions. */
export const pip = ['-I', '-m', 'pip', '--no-input', '--disable-pip-version-check'] as const

/** Lines of pip that tell nothing new: what is there already, and where it looks. */
export const isNoise = (line: string): boolean => /^\s*$|^Requirement already satisfied|^Looking in/.test(line)

/** How much of what a step printed is kept for whoever explains its failure. */
const keptCharacters = 32_000

/** Runs a program of an installation; its lines are passed on as they come. */
export const runStep = (
  command: string,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
  settings: NodeJS.ProcessEnv = {},
): Promise<StepEnd> =>
  new Promise((resolve, reject) => {
    const { PYTHONDONTWRITEBYTECODE: _, PYTHONPATH: __, ...own } = process.env
    const child = spawn(command, args, { env: { ...own, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        output = `${output}${line}\n`.slice(-keptCharacters)
        onLine(line)
      })
    child.once('error', reject)
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
