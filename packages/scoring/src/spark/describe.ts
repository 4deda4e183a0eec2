import { type Limits, limitReached } from '../limits.ts'
import { type Folder, partFiles, subfolders } from './folder.ts'
import { readSaved, type Saved } from './saved.ts'
import { columnsOfStatement } from './sql.ts'

/** A saved object as a reader sees it: what it is, how it was set, and which columns it takes and adds. */
export type DescribedStage = {
  readonly module: string
  readonly className: string
  readonly uid: string | null
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export type Described = DescribedStage & {
  readonly version: string | null
  /** Of a pipeline or a search: all that is in it, in the order in which rows go through. */
  readonly stages: readonly DescribedStage[]
}

const mostStages = 1_000
const deepest = 32

/** What a folder holds, whether or not it can be scored; the columns are those that its stages name. */
export const describeSpark = (folder: Folder, limits: Limits): Described => {
  const saved = readSaved(folder, '', limits)
  const own = described(saved)
  const stages = stagesOf(folder, saved, limits, 0).map(described)
  if (stages.length > mostStages) throw limitReached('stages', mostStages, { found: stages.length })
  const added = new Set<string>()
  const needed = new Set<string>()
  for (const { inputs, outputs } of stages.length === 0 ? [own] : stages) {
    for (const name of inputs) if (!added.has(name)) needed.add(name)
    for (const name of outputs) added.add(name)
  }
  return { ...own, version: saved.version ?? null, inputs: [...needed], outputs: [...added], stages }
}

/** What lies within a pipeline, a search or a formula; nothing within others, whose parts add no columns of their own. */
const stagesOf = (folder: Folder, saved: Saved, limits: Limits, depth: number): readonly Saved[] => {
  if (depth > deepest) throw limitReached('models within models', deepest)
  const inner = ['bestModel', 'pipelineModel']
    .map(saved.at)
    .find((path) => partFiles(folder, `${path}/metadata`).length > 0)
  const paths =
    inner !== undefined ? [inner] : subfolders(folder, saved.at('stages')).map((name) => saved.at(`stages/${name}`))
  return paths.flatMap((path) => {
    const stage = readSaved(folder, path, limits)
    const within = stagesOf(folder, stage, limits, depth + 1)
    return within.length === 0 ? [stage] : within
  })
}

const described = (saved: Saved): DescribedStage => {
  const uid = saved.metadata['uid']
  return {
    module: saved.className.slice(0, -saved.name.length - 1),
    className: saved.name,
    uid: typeof uid === 'string' ? uid : null,
    parameters: Object.entries(saved.parameters).map(([name, value]) => ({
      name,
      value: shortened(JSON.stringify(value)),
    })),
    ...columnsOf(saved),
  }
}

const columnsOf = (saved: Saved): Pick<DescribedStage, 'inputs' | 'outputs'> => {
  const { statement } = saved.parameters
  return typeof statement === 'string'
    ? columnsOfStatement(statement, saved.version)
    : { inputs: namesIn(saved, inputParameters), outputs: namesIn(saved, outputParameters) }
}

const inputParameters = ['featuresCol', 'inputCol', 'inputCols', 'userCol', 'itemCol', 'offsetCol', 'itemsCol']
const outputParameters = [
  'outputCol',
  'outputCols',
  'rawPredictionCol',
  'probabilityCol',
  'predictionCol',
  'linkPredictionCol',
  'quantilesCol',
  'varianceCol',
  'leafCol',
  'topicDistributionCol',
]

/** The columns that parameters name. Of a single column and several, the single one has a default where several are meant. */
const namesIn = ({ parameters }: Saved, keys: readonly string[]): readonly string[] => {
  const names = keys.flatMap((key) => {
    const isDefaultOfSeveral =
      key === 'outputCol' && Array.isArray(parameters['inputCols']) && Array.isArray(parameters['outputCols'])
    const value = isDefaultOfSeveral ? undefined : parameters[key]
    return (Array.isArray(value) ? value : [value]).filter(
      (name): name is string => typeof name === 'string' && name !== '',
    )
  })
  return [...new Set(names)]
}

const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text)
