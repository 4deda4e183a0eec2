import type { NativeScoring } from '@modelsmith/api'
import { holdoutPart, type Predictor, validationPart } from '@modelsmith/domain'
import { compileBlueprint, type NativeBlueprint, packBlueprint, packVersion } from '@modelsmith/scoring'
import { askApart, readingLimits } from '@modelsmith/serving'
import { ModelsmithError, type Table, takeRows } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { JobPorts } from '../jobs/index.ts'
import type { ProjectRow } from '../projects/index.ts'
import { type Proof, prove } from './native-proof.ts'
import { isTrained, partRows } from './parts.ts'
import type { ModelRow, StoredNative } from './store.ts'

/** Rows that are asked of both: seconds at most for any task. */
const mostRows = 1000
/** A browser takes minutes to load more. */
const mostScorerBytes = 32 * 2 ** 20

const untried: Omit<Proof, 'state'> = { rows: 0, madeUp: 0, refused: 0, identical: 0, largestDifference: 0 }

/** Whether it was tried by the scorer that is here now. */
export const isTried = ({ native }: Pick<ModelRow, 'native'>): boolean => native?.version === packVersion

/**
 * Tries the native scorer of a model in a folder beside the Python that `predict` asks: on rows that the model did not learn from where
 * there are any. What is learnt of the holdout is only how far two ways of computing are apart.
 */
export const tryNative = async (
  { objects, settings }: Pick<Context, 'objects' | 'settings'>,
  model: ModelRow,
  project: Pick<ProjectRow, 'partition'>,
  folder: string,
  features: Table,
  predict: Predictor,
  signal: JobPorts['signal'],
): Promise<StoredNative> => {
  const provenAt = new Date().toISOString()
  const told = (found: Pick<NativeScoring, 'state' | 'reasons'> & Partial<Proof>, key: string | null = null) => ({
    version: packVersion,
    key,
    scorerBytes: null,
    provenAt,
    ...untried,
    ...found,
  })
  let blueprint: NativeBlueprint
  try {
    blueprint = await askApart<'blueprint'>(
      { kind: 'blueprint', path: folder, library: libraryNodes(model) },
      { memoryMb: settings.modelMemoryMb, ...readingLimits },
      signal,
    )
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    return told({ state: 'unread', reasons: reasonsOf(error) })
  }
  const rows = takeRows(features, triedRows(project))
  const { predict: native } = compileBlueprint(blueprint)
  const proof = await prove(rows, predict, native)
  if (proof.state === 'different') return told({ reasons: [], ...proof })
  const scorer = Buffer.from(packBlueprint(blueprint))
  if (scorer.length > mostScorerBytes) return told({ reasons: [], ...proof })
  const { key } = await objects.putBytes(scorer)
  return { ...told({ reasons: [], ...proof }, key), scorerBytes: scorer.length }
}

/** A custom task brings code of its own, whatever files it has. */
export const libraryNodes = ({ graph }: Pick<ModelRow, 'graph'>): string[] =>
  graph.nodes.filter(({ taskVersion }) => taskVersion.startsWith('builtin:')).map(({ id }) => id)

const triedRows = (project: Pick<ProjectRow, 'partition'>): Int32Array => {
  const kept = [(part: number) => part === holdoutPart, (part: number) => part === validationPart, isTrained]
  const found = kept.map((keep) => partRows(project, keep)).find(({ length }) => length > 0)
  return (found ?? new Int32Array(1)).subarray(0, mostRows)
}

export const reasonsOf = ({ message, findings = [] }: ModelsmithError): string[] =>
  findings.length === 0
    ? [message]
    : findings.map(({ message: why, place }) => (place?.node === undefined ? why : `${place.node}: ${why}`))
