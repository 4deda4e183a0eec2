import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ParameterValues } from '@modelsmith/domain'
import { answerRows, codedModel, type Outcome } from '@modelsmith/serving'
import { decodeBlocks } from '@modelsmith/table'
import type { HostedModel } from '@modelsmith/api'
import type { Context } from '../../../infra/context.ts'
import { hold } from '../../../infra/objects/references.ts'
import { placesOf } from '../../../infra/settings.ts'
import type { JobHandler } from '../../jobs/index.ts'
import type { TrainingSupplies } from '../../training/index.ts'
import { type CodedFile, openCoded } from './open.ts'

export type AskPayload = CodedFile & {
  readonly outputs: HostedModel['outputs']
  readonly outcome: Outcome
  /** A column block file of the application's fields. */
  readonly rowsKey: string
  readonly given: ParameterValues
}

/** Answers rows by the code of an algorithm, in a session that ends with them; what came of it is a file of JSON. */
export const askJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { objects, settings } = context
    const payload = ports.job.payload as AskPayload
    const folder = join(placesOf(settings).work, `ask-${randomUUID()}`)
    try {
      ports.progress(null, 'Loading the model')
      const pipeline = await openCoded(context, supplies, payload, join(folder, 'model'), ports)
      const onAbort = () => void pipeline.close()
      ports.signal.addEventListener('abort', onAbort)
      try {
        ports.progress(null, 'Asking')
        const { application, outcome, outputs } = payload
        const rows = decodeBlocks(await readFile(await objects.pathOf(payload.rowsKey)))
        const table = await codedModel(pipeline, application, { outcome, outputs }).predict(rows, payload.given)
        const answers = answerRows(table, outcome)
        const stored = await objects.putBytes(Buffer.from(JSON.stringify(answers)))
        return {
          result: { rows: answers.length },
          resultKey: stored.key,
          keep: (queries) => hold(queries, ports.job.id, [stored]),
        }
      } finally {
        ports.signal.removeEventListener('abort', onAbort)
        await pipeline.close()
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
