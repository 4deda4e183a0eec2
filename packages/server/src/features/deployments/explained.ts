import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type HowExplained, servingPaths } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { isTried, libraryNodes, nativesOf } from '../models/index.ts'
import type { DeploymentRow } from './store.ts'

type Natives = Awaited<ReturnType<typeof nativesOf>>
type Answering = Pick<DeploymentRow, 'model_id' | 'model_name' | 'hosted'>

/** Why no row of a release is explained, by a job or with a request; undefined where one can be asked for. */
export const whyUnexplained = ({ model_name, hosted }: Omit<Answering, 'model_id'>): string | undefined => {
  if (hosted?.coded !== undefined)
    return `"${model_name}" is a file that code runs: nothing tells what made its answers.`
  if (hosted?.trained?.modelId === null)
    return `"${model_name}" was trained in another installation: nothing here tells what made its answers.`
  return undefined
}

const trainedOf = ({ model_id, hosted }: Answering): string | null => model_id ?? hosted?.trained?.modelId ?? null

const without = 'Leave "explanations" out of the address.'
const byJob = 'Open the request by its id on the page of the deployment, and explain the row there: a job samples it.'

/** How rows are explained with their prediction, or why not and what to do. */
const howExplained = (row: Answering, natives: Natives): HowExplained => {
  const why = whyUnexplained(row)
  if (why !== undefined) return { why, help: without }
  const { outcome } = row.hosted ?? {}
  if (outcome?.withoutProbabilities === true)
    return {
      why: 'the release answers no probabilities, and contributions would tell them.',
      help: 'Publish a release whose configuration answers probabilities.',
    }
  if (outcome?.only !== undefined) return { why: 'the release answers some outputs of its model only.', help: byJob }
  const id = trainedOf(row)
  if (id === null) return { library: null }
  const model = natives.get(id)
  const native = model?.native ?? null
  const { background } = native ?? {}
  if (model === undefined || native === null || background === undefined || !isTried({ native }))
    return {
      why: `nobody has had a row of "${row.model_name}" explained yet, which compares its native scorer with its own code.`,
      help: 'Have one row explained on the page of the model; requests are explained from then on, if the two agree.',
    }
  if (native.state !== 'equal')
    return {
      why: ['exact explanations need a model that is scored natively.', ...native.reasons].join(' '),
      help: byJob,
    }
  return { library: libraryNodes(model), background: nameOf(background) }
}

const nameOf = (key: string): string => key.replaceAll('/', '-')

/** How each deployment is explained; what that needs is brought into the folder of the prediction process. */
export const bringExplanations = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  folder: string,
  rows: readonly DeploymentRow[],
  /** What could not be brought, by deployments: each is told once. */
  failed: Map<string, string>,
  logBug: (error: unknown) => void,
): Promise<Record<string, HowExplained>> => {
  const place = join(folder, servingPaths.explanations)
  await mkdir(place, { recursive: true, mode: 0o755 })
  const natives = await nativesOf(
    database,
    rows.flatMap((row) => trainedOf(row) ?? []),
  )
  const there = new Set(await readdir(place))
  const found: Record<string, HowExplained> = {}
  for (const row of rows) {
    const how = howExplained(row, natives)
    const key = natives.get(trainedOf(row) ?? '')?.native?.background
    if ('background' in how && how.background !== undefined && key !== undefined && !there.has(how.background)) {
      try {
        const making = join(place, `${how.background}.${process.pid}.new`)
        await copyFile(await objects.pathOf(key), making)
        await rename(making, join(place, how.background))
        failed.delete(row.id)
      } catch (error) {
        // Predictions go on, and whoever asks for explanations is told that they are to come.
        if (failed.get(row.id) !== key) logBug(error)
        failed.set(row.id, key)
        continue
      }
    }
    found[row.id] = how
  }
  const used = new Set(Object.values(found).map((how) => ('background' in how ? how.background : undefined)))
  for (const name of there) if (!used.has(name)) await rm(join(place, name), { force: true })
  return found
}
