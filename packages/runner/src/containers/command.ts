import { spawn } from 'node:child_process'

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string }

const mostText = 1_000_000

/** Runs a program to its end and returns what it said; one that is not there has the code 127. */
export const runToEnd = (
  program: string,
  args: readonly string[],
  { input, timeoutMs = 120_000 }: { readonly input?: Uint8Array; readonly timeoutMs?: number } = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' })
    const said = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] = (said[name] + text).slice(-mostText)
      })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.once('error', (error) => resolve({ code: 127, ...said, stderr: error.message }))
    child.once('close', (code) => resolve({ code: code ?? 1, ...said }))
  })

/** The last line that says something: engines put the reason there. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
