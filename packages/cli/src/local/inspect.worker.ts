import { readFileSync } from 'node:fs'
import { inspect } from '@modelsmith/scoring'

/** Reads one file that may be hostile, in a process that the command can bound and kill; the answer goes to the parent. */
process.once('message', (path: string) => {
  process.send?.(inspect(readFileSync(path)), () => process.disconnect())
})
