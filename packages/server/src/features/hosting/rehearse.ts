import type { PredictionAnswer } from '@modelsmith/api'
import { usualConfiguration } from '@modelsmith/domain'
import { askApart, readingLimits } from '@modelsmith/serving'
import { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { JobPorts } from '../jobs/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { rehearseCoded } from './coded/rehearse.ts'
import { hostingError } from './errors.ts'
import { givenBy } from './outcome.ts'
import type { Served, StoredModelFile } from './store.ts'
import { rehearseTrained } from './trained/rehearse.ts'

export type Rows = readonly Readonly<Record<string, unknown>>[]
export type Rehearsed = {
  readonly answers: PredictionAnswer['predictions']
  readonly asked: number
  /** What rows they were, where nobody brought any. */
  readonly kind: '' | 'made-up ' | 'training '
  /** What is served, where only the test run made it. */
  readonly changed?: Served
}

/** The real run before a publication, in the release's own configuration: of the rows that were brought, or of some that there are. */
export const rehearse = async (
  context: Context,
  supplies: TrainingSupplies,
  serving: Served,
  /** Rows, or how many of some where nobody brought any. */
  given: Rows | number,
  ports: JobPorts,
  timeoutMs: number,
): Promise<Rehearsed> => {
  const { file, coded, trained } = serving
  const isGiven = typeof given !== 'number'
  if (trained !== undefined) {
    const run = await rehearseTrained(context, supplies, { ...serving, trained }, given, ports)
    return { ...run, kind: isGiven ? '' : 'training ' }
  }
  if (file === null) throw new Error('A release of nothing.')
  const told = {
    asked: isGiven ? given.length : given,
    kind: isGiven ? ('' as const) : ('made-up ' as const),
  }
  if (coded === undefined)
    return { ...told, answers: await rehearseNative(context, { ...serving, file }, given, ports, timeoutMs) }
  const run = await rehearseCoded(context, supplies, { ...serving, coded, file }, given, ports)
  return { ...told, answers: run.answers, changed: run.serving }
}

const rehearseNative = async (
  { objects, settings }: Context,
  { file, application, configuration = usualConfiguration }: Served & { readonly file: StoredModelFile },
  given: Rows | number,
  { signal }: JobPorts,
  timeoutMs: number,
): Promise<Rehearsed['answers']> => {
  const limits = { memoryMb: settings.modelMemoryMb, ...readingLimits, timeoutMs }
  const asked = { path: await objects.pathOf(file.key), application, given: givenBy(configuration) }
  if (typeof given === 'number')
    return askApart<'rehearse'>({ kind: 'rehearse', ...asked, rows: given }, limits, signal).catch(unsuited)
  const body = Buffer.from(JSON.stringify({ rows: given }))
  return askApart<'answer'>({ kind: 'answer', ...asked, body, type: 'application/json' }, limits, signal)
}

/** What a model does not take is no fault of whoever brought no rows. */
const unsuited = (error: unknown): never => {
  if (error instanceof ModelsmithError && error.kind === 'invalid')
    throw hostingError('release.madeUpRows', { problem: error.message }, { cause: error })
  throw error
}
