import { ModelsmithError } from '@modelsmith/table'
import type { ChildMessage, IngestSpec } from './ingest.ts'
import { readFileHere } from './read.ts'

const say = (message: ChildMessage): void => {
  process.send?.(message)
}

process.once('message', async ({ spec, memoryMb }: { spec: IngestSpec; memoryMb: number }) => {
  try {
    const progress = (fraction: number, step: string) => say({ kind: 'progress', fraction, step })
    say({ kind: 'done', result: await readFileHere(spec, memoryMb, progress) })
  } catch (error) {
    const known =
      error instanceof ModelsmithError
        ? error
        : new ModelsmithError({ code: 'query.bug', kind: 'bug', message: String(error), cause: error })
    say({ kind: 'failed', error: known.toJSON() })
  }
})
