import type { HostedModel, PublishConfiguration, StoredError } from '@modelsmith/api'
import { usualConfiguration } from '@modelsmith/domain'
import { readingLimits } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { hold } from '../../infra/objects/references.ts'
import { touchByPlatform } from '../../infra/rights/objects.ts'
import type { JobEndings, JobHandler } from '../jobs/index.ts'
import type { TrainingSupplies } from '../training/index.ts'
import { hostingError } from './errors.ts'
import { type Rehearsed, type Rows, rehearse } from './rehearse.ts'
import * as store from './store.ts'

type Payload = { readonly release: string; readonly rows: Rows }

const rehearsedRows = 20
/** Of a model with very many answers, such as counts of words, fewer rows are made up. */
const rehearsedValues = 1_000_000

/** Publishes a candidate: prepares, asks it rows in the release's own configuration, and makes it the latest. */
export const publishJob =
  (context: Context, supplies: TrainingSupplies, timeoutMs = readingLimits.timeoutMs): JobHandler =>
  async (ports) => {
    const { database } = context
    const { job, progress, log } = ports
    const { release, rows } = job.payload as Payload
    const say = (text: string) => log.add({ source: 'platform', node: null, text })
    progress(0, 'Prepare')
    const row = (await store.findModelRelease(database, release)) as store.ModelReleaseRow
    const { serving } = row
    const { configuration = usualConfiguration } = serving
    say(`1/3 Prepare: ${wordsFor(serving)}`)
    progress(0.33, 'Test run')
    if (rows.length > configuration.rowsPerRequest)
      throw hostingError('release.testRows', { rows: rows.length, most: configuration.rowsPerRequest })
    const { experiment_id: experiment } = row
    if (experiment === null) throw new Error('A release that is published has an experiment.')
    const candidate = await store.findExperiment(database, experiment)
    const given = rows.length > 0 ? rows : madeUpCount(configuration, candidate?.model ?? null)
    const rehearsed = await rehearse(context, supplies, serving, given, ports, timeoutMs)
    const { asked, answers, changed } = rehearsed
    demandAnswers(asked, answers)
    say(`2/3 Test run: ${wordsForRun(rehearsed)}`)
    progress(0.66, 'Publish')
    return {
      result: { releaseId: release, rows: asked },
      keep: async (queries) => {
        if (changed !== undefined) {
          await store.setServing(queries, release, changed)
          await hold(queries, release, store.releasedFiles(changed))
        }
        await store.publishRelease(queries, row)
        await store.setState(queries, experiment, 'released')
        await touchByPlatform(queries, row.registered_model_id)
        await touchByPlatform(queries, experiment)
        say('3/3 Published')
      },
    }
  }

/** Answers hand on fields of their rows: those of a training are not for all who see the release. */
export const wordsForRun = ({ asked, kind, answers }: Pick<Rehearsed, 'asked' | 'kind' | 'answers'>): string => {
  const count = `${asked} ${kind}rows answered`
  return kind === 'training ' ? count : `${count}; the first: ${JSON.stringify(answers[0]).slice(0, 400)}`
}

/** As many rows as a request takes, and as an answer has room for; at least one. */
export const madeUpCount = (
  { rowsPerRequest }: Pick<PublishConfiguration, 'rowsPerRequest'>,
  model: Pick<HostedModel, 'outputs'> | null,
): number => {
  const room = Math.floor(rehearsedValues / Math.max(1, model?.outputs.length ?? 1))
  return Math.max(1, Math.min(rehearsedRows, rowsPerRequest, room))
}

/** Each row has an answer. */
export const demandAnswers = (asked: number, answers: readonly unknown[]): void => {
  if (answers.length !== asked) throw hostingError('release.testRun', { rows: asked, answers: answers.length })
}

const wordsFor = ({ file, algorithm }: store.Served): string =>
  file === null
    ? `${algorithm}, which was trained here`
    : `${file.fileName}, ${file.bytes.toLocaleString('en')} bytes, ${algorithm}`

const cancelled: StoredError = { code: 'job.cancelled', message: 'The release was cancelled; nothing was published.' }

/** A check that fails, or does not end, fails the release. */
export const publishEnded: JobEndings['publishRelease'] = async (queries, { payload }, ending) => {
  const { release } = payload as Payload
  await store.failRelease(queries, release, ending.error ?? cancelled)
  const row = await store.findModelRelease(queries, release)
  if (row !== undefined) await touchByPlatform(queries, row.registered_model_id)
}
