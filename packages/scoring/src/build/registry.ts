import { type Allowed, each, foundation } from '../audit/allowed.ts'
import { catboostWrappers } from '../boosters/catboost/wrapper.ts'
import { lightgbmWrappers, xgboostWrappers } from '../boosters/wrappers.ts'
import { calibration } from '../sklearn/calibration.ts'
import { clusters } from '../sklearn/clusters.ts'
import { compositions } from '../sklearn/compositions.ts'
import { covariances } from '../sklearn/covariances.ts'
import { decompositions } from '../sklearn/decompositions.ts'
import { delegates } from '../sklearn/delegates.ts'
import { discriminants } from '../sklearn/discriminants.ts'
import { dummies } from '../sklearn/dummies.ts'
import { embeddings } from '../sklearn/embeddings.ts'
import { encoders } from '../sklearn/encoders.ts'
import { ensembles } from '../sklearn/ensembles.ts'
import { expansions } from '../sklearn/expansions.ts'
import { featureExtraction } from '../sklearn/feature-extraction.ts'
import { featureSelection } from '../sklearn/feature-selection.ts'
import { gaussianProcesses } from '../sklearn/gaussian-processes.ts'
import { gradientBoosting } from '../sklearn/gradient-boosting.ts'
import { histogramBoosting } from '../sklearn/histogram-boosting.ts'
import { imputers } from '../sklearn/imputers.ts'
import { isotonicRegression } from '../sklearn/isotonic.ts'
import { kernelApproximations } from '../sklearn/kernel-approximations.ts'
import { kernelDensities } from '../sklearn/kernel-densities.ts'
import { kernelRidge } from '../sklearn/kernel-ridge.ts'
import { labelPropagation } from '../sklearn/label-propagation.ts'
import { linearModels } from '../sklearn/linear-models.ts'
import { mixtures } from '../sklearn/mixtures.ts'
import { multiclass } from '../sklearn/multiclass.ts'
import { multioutput } from '../sklearn/multioutput.ts'
import { naiveBayes } from '../sklearn/naive-bayes.ts'
import { neighbors } from '../sklearn/neighbors.ts'
import { networks } from '../sklearn/networks.ts'
import { pipelines } from '../sklearn/pipelines.ts'
import { randomTrees } from '../sklearn/random-trees.ts'
import { scalers } from '../sklearn/scalers.ts'
import { supportVectors } from '../sklearn/support-vectors.ts'
import { thresholds } from '../sklearn/thresholds.ts'
import { treesAndForests } from '../sklearn/trees-and-forests.ts'
import type { ClassEntry, Family } from './family.ts'

/** Every family; a new one is a line here. */
const families: readonly Family[] = [
  calibration,
  catboostWrappers,
  clusters,
  compositions,
  covariances,
  decompositions,
  delegates,
  discriminants,
  dummies,
  embeddings,
  encoders,
  ensembles,
  expansions,
  featureExtraction,
  featureSelection,
  gaussianProcesses,
  gradientBoosting,
  histogramBoosting,
  imputers,
  isotonicRegression,
  kernelApproximations,
  kernelDensities,
  kernelRidge,
  labelPropagation,
  lightgbmWrappers,
  linearModels,
  mixtures,
  multiclass,
  multioutput,
  naiveBayes,
  neighbors,
  networks,
  pipelines,
  randomTrees,
  scalers,
  supportVectors,
  thresholds,
  treesAndForests,
  xgboostWrappers,
]

/** Every class that is known, by `module Class`. */
export const registry: ReadonlyMap<string, ClassEntry> = new Map(
  families.flatMap(({ classes }) =>
    Object.entries(classes).flatMap(([className, entry]) =>
      entry.modules.split(' ').map((module): [string, ClassEntry] => [`${module} ${className}`, entry]),
    ),
  ),
)

/** What the pickles of models may name: the foundation, the known classes, and the parts of which these are made. */
export const allowList: ReadonlyMap<string, Allowed> = new Map([
  ...foundation,
  ...registry.keys().map((name): [string, Allowed] => [name, { use: 'class' }]),
  ...families.flatMap(({ parts = [] }) => parts.flatMap(({ names, ...allowed }) => each(names, allowed))),
])
