import { readFileSync } from 'node:fs'
import { openModelFile } from '@modelsmith/scoring'
import { ModelsmithError } from '@modelsmith/table'

/** Opens one file that may be hostile, in a process that the command can bound and kill; the model goes to the parent as data. */
process.once('message', (path: string) => {
  const answer = (message: unknown) => process.send?.(message, () => process.disconnect())
  try {
    answer({ opened: openModelFile(readFileSync(path)) })
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    answer({ error: error.toJSON() })
  }
})
