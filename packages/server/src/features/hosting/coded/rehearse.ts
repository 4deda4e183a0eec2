import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PredictionAnswer } from '@modelsmith/api'
import { fieldsOf } from '@modelsmith/domain'
import { answerRows, codedModel } from '@modelsmith/serving'
import { type Cell, ModelsmithError, tableFromRows } from '@modelsmith/table'
import type { Context } from '../../../infra/context.ts'
import { putFolder } from '../../../infra/objects/step-cache.ts'
import { placesOf } from '../../../infra/settings.ts'
import { type JobPorts, whileOpen } from '../../jobs/index.ts'
import type { TrainingSupplies } from '../../training/index.ts'
import { hostingError } from '../errors.ts'
import type { Served, ServedCode, StoredModelFile } from '../store.ts'
import { openCoded } from './open.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]
type Rehearsed = {
  readonly answers: PredictionAnswer['predictions']
  /** With the folder of it all, which deployments open. */
  readonly serving: Served
}

/** Asks a release of code its rows, so many made-up ones where nobody brought any, and keeps the folder that answered. */
export const rehearseCoded = async (
  context: Context,
  supplies: TrainingSupplies,
  serving: Served & { readonly coded: ServedCode; readonly file: StoredModelFile },
  given: Rows | number,
  ports: JobPorts,
): Promise<Rehearsed> => {
  const { objects, settings } = context
  const { file, application, outcome, coded } = serving
  const { code } = coded
  if (code === null) throw new Error('What is published has its code here.')
  const folder = join(placesOf(settings).work, `release-${randomUUID()}`)
  const place = join(folder, 'model')
  try {
    const pipeline = await openCoded(context, supplies, { file, application, ...coded, code }, place, ports)
    return await whileOpen(pipeline, ports.signal, async () => {
      const columns = pipeline.manifest.inputs
      const model = codedModel(pipeline, application, { outcome, outputs: coded.outputs, columns })
      const isMadeUp = typeof given === 'number'
      const rows = isMadeUp ? madeUpRows(given, application) : given
      const table = await model.predict(tableFromRows({ columns: model.inputs }, rows), {}).catch((error: unknown) => {
        throw isMadeUp ? unsuited(error) : error
      })
      const files = await putFolder(objects, place)
      return { answers: answerRows(table, outcome), serving: { ...serving, coded: { ...coded, files } } }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A cell of each type, others from row to row. */
const madeUp: Readonly<Record<string, (row: number) => Cell>> = {
  number: (row) => row + 0.5,
  integer: (row) => row + 1,
  boolean: (row) => row % 2 === 0,
  category: (row) => 'abc'.charAt(row % 3),
  text: (row) => 'abc'.charAt(row % 3),
}

const madeUpRows = (count: number, application: Served['application']): Rows =>
  Array.from({ length: count }, (_, row) =>
    Object.fromEntries(fieldsOf(application).map(({ name, type }) => [name, madeUp[type]?.(row) ?? null])),
  )

const unsuited = (error: unknown): unknown =>
  error instanceof ModelsmithError && error.kind === 'userCode'
    ? hostingError('release.madeUpRows', { problem: error.message }, { cause: error })
    : error
