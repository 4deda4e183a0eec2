import type { Attend } from '@modelsmith/runner'
import { cliError } from '../errors.ts'
import { terminal } from '../terminal.ts'

/** Hands the terminal to whatever code has stopped; Ctrl-D ends the look, Ctrl-C the command. */
export const attendAtTerminal = (): Attend => {
  const { stdin } = process
  if (!stdin.isTTY || !terminal.interactive) {
    throw cliError('cli.usage', {
      problem: '--debug needs a terminal to ask you in: standard input or standard error is none.',
    })
  }
  return (lines) =>
    new Promise((resolve) => {
      const give = (typed: Buffer) => void lines.write(typed)
      const leave = () => void lines.end()
      lines.setEncoding('utf8').on('data', (text: string) => terminal.err(text))
      lines.on('error', () => {})
      lines.once('close', () => {
        stdin.off('data', give).off('end', leave).pause()
        resolve()
      })
      if (lines.destroyed) return resolve()
      terminal.err('Stopped where the code raised; Ctrl-D goes on.\n')
      stdin.on('data', give).once('end', leave)
    })
}
