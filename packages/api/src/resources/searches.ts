import {
  BlueprintGraph,
  Hyperparameter,
  MetricName,
  SearchBudget,
  SearchDimension,
  SearchJudgement,
  SearchPoint,
  TrainingRunState,
} from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, objectFields, StoredError, strict } from '../common.ts'
import { MadeFrom } from './blueprints.ts'
import { trainingOptions } from './projects.ts'

const what = {
  space: Type.Optional(
    Type.Array(SearchDimension, {
      description: 'What may be tried; left out: what is suggested for the last task of the blueprint',
    }),
  ),
  metric: Type.Optional(MetricName),
  judgedBy: Type.Optional(SearchJudgement),
  trials: Type.Optional(Type.Integer({ description: 'The search ends after so many' })),
  minutes: Type.Optional(Type.Number({ description: 'No trial begins once the trials have taken so long' })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })),
}
const ofBlueprint = { blueprintId: Id }
const ofGraph = { name: Name, graph: BlueprintGraph, from: MadeFrom }
const ofRepository = { repositoryId: Type.String({ minLength: 1 }) }

/** What a search begins with: a saved blueprint, a graph such as a model's, or an entry of the repository. */
export const SearchSource = Type.Union([
  Type.Object({ ...ofBlueprint, ...trainingOptions }, strict),
  Type.Object({ ...ofGraph, ...trainingOptions }, strict),
  Type.Object({ ...ofRepository, ...trainingOptions }, strict),
])
export type SearchSource = Static<typeof SearchSource>
export const SearchCreate = Type.Union([
  Type.Object({ ...ofBlueprint, ...trainingOptions, ...what }, strict),
  Type.Object({ ...ofGraph, ...trainingOptions, ...what }, strict),
  Type.Object({ ...ofRepository, ...trainingOptions, ...what }, strict),
])
export type SearchCreate = Static<typeof SearchCreate>
export const SearchResume = Type.Object(
  {
    trials: Type.Optional(Type.Integer({ description: 'Of the whole search; left out: as before' })),
    minutes: Type.Optional(Type.Number({ description: 'Of the whole search; left out: as before' })),
  },
  strict,
)

/** A parameter that a search may change. */
export const SearchableParameter = Type.Object(
  {
    node: Type.String(),
    task: Type.String(),
    parameter: Hyperparameter,
    current: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
    preset: Nullable(SearchDimension),
    suggested: Type.Boolean({ description: 'Tried where a search does not say what to try' }),
  },
  strict,
)
export const SearchSpace = Type.Object(
  { name: Type.String(), graph: BlueprintGraph, items: Type.Array(SearchableParameter) },
  { ...strict, $id: 'SearchSpace' },
)
export type SearchSpace = Static<typeof SearchSpace>

export const SearchTrial = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    parameters: SearchPoint,
    state: Type.Enum(['succeeded', 'failed']),
    score: Nullable(Type.Number({ description: 'By the metric of the search' })),
    spread: Nullable(Type.Number({ description: 'Standard deviation over the folds' })),
    error: Nullable(StoredError),
    seconds: Type.Number(),
    runId: Nullable(Id),
    modelId: Nullable(Id),
  },
  strict,
)
export type SearchTrial = Static<typeof SearchTrial>

const summary = {
  ...objectFields,
  projectId: Id,
  metric: MetricName,
  higherIsBetter: Type.Boolean(),
  judgedBy: SearchJudgement,
  budget: SearchBudget,
  seed: Type.Integer(),
  state: TrainingRunState,
  jobId: Id,
  done: Type.Integer({ description: 'Trials that have ended' }),
  best: Nullable(Type.Object({ number: Type.Integer(), score: Type.Number() }, strict)),
}
export const SearchSummary = Type.Object(summary, { ...strict, $id: 'SearchSummary' })
export type SearchSummary = Static<typeof SearchSummary>

/** A search for hyperparameters in a project, with its trials. Its best becomes a model when it ends, any other when somebody asks. */
export const Search = Type.Object(
  {
    ...summary,
    graph: BlueprintGraph,
    space: Type.Array(SearchDimension),
    featureList: Nullable(Type.String()),
    sampleSize: Type.Number(),
    error: Nullable(StoredError),
    trials: Type.Array(SearchTrial),
  },
  { ...strict, $id: 'Search' },
)
export type Search = Static<typeof Search>
