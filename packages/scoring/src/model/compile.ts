import type { Kernels } from '../kernels/kernels.ts'
import { compileStage } from '../stages/stage.ts'
import { compileAdaBoost } from './ada-boost.ts'
import { compileBagging } from './bagging.ts'
import { compileBins } from './bins.ts'
import { compileBooster } from './booster.ts'
import { compileBoosting } from './boosting.ts'
import { compileCalibrated } from './calibrated.ts'
import { compileCategories } from './categories.ts'
import { compileCenters } from './centers.ts'
import { compileChain } from './chain.ts'
import { compileChiSquaredMap } from './chi-squared-map.ts'
import { compileCountSketch } from './count-sketch.ts'
import { compileOneVsOne } from './class-pairs.ts'
import { compileColumnwise } from './columnwise.ts'
import { compileConstant } from './constant.ts'
import { compileDelegate } from './delegate.ts'
import { compileDiscriminant } from './discriminant.ts'
import { compileElementwise } from './elementwise.ts'
import { compileEmbedding } from './embedding.ts'
import { compileEnvelope } from './envelope.ts'
import { compileFacets } from './facets.ts'
import { compileFactors } from './factors.ts'
import { compileForest } from './forest.ts'
import { compileGaussianProcess } from './gaussian-process.ts'
import { compileHashedFeatures } from './hashed-features.ts'
import { compileImputer, compileMissingIndicator } from './imputer.ts'
import { compileIsolationForest } from './isolation-forest.ts'
import { compileIsotonic } from './isotonic.ts'
import { compileIterativeImputer } from './iterative-imputer.ts'
import { compileKernelDensity } from './kernel-density.ts'
import { compileKernelSum } from './kernel-sum.ts'
import { compileLabelPropagation } from './label-propagation.ts'
import { compileLeafEncoding } from './leaf-encoding.ts'
import { compileLikelihood } from './likelihood.ts'
import { compileLinear } from './linear.ts'
import { compileMappedFeatures } from './mapped-features.ts'
import type { Model } from './model.ts'
import { compileMultiOutput } from './multi-output.ts'
import { compileNeighbors } from './neighbors.ts'
import { compileNeighbourImputer } from './neighbour-imputer.ts'
import { compileNetwork } from './network.ts'
import { compileNormalDensity } from './normal-density.ts'
import { compileNorms } from './norms.ts'
import { compileOneVsRest } from './one-vs-rest.ts'
import { compileOutputCode } from './output-code.ts'
import { compilePipeline } from './pipeline.ts'
import { compilePolynomial } from './polynomial.ts'
import { compilePooling } from './pooling.ts'
import { compilePower } from './power.ts'
import { compileProjection } from './projection.ts'
import { compileQuantiles } from './quantiles.ts'
import type { Scorer } from './scorer.ts'
import { compileSelection } from './selection.ts'
import { compileSimilarityMap } from './similarity-map.ts'
import { compileSplines } from './splines.ts'
import { compileSparseCode } from './sparse-code.ts'
import { compileStacking } from './stacking.ts'
import { compileSupportVectors } from './support-vectors.ts'
import { compileTargetStatistics } from './target-statistics.ts'
import { compileTermCounts } from './term-counts.ts'
import { compileTermWeights } from './term-weights.ts'
import { compileThreshold } from './threshold.ts'
import { compileTopics } from './topics.ts'
import { compileTransformedTarget } from './transformed-target.ts'
import { compileUnion } from './union.ts'
import { compileVoting } from './voting.ts'

/** Compiles a part of a model. */
export type Compile = (model: Model) => Scorer

type CompileOne<M> = (model: M, compile: Compile, kernels: Kernels) => Scorer
type Compilers = { readonly [K in Model['kind']]: CompileOne<Extract<Model, { kind: K }>> }

const compilers: Compilers = {
  'ada-boost': compileAdaBoost,
  bagging: compileBagging,
  bins: compileBins,
  booster: compileBooster,
  boosting: compileBoosting,
  calibrated: compileCalibrated,
  categories: compileCategories,
  centers: compileCenters,
  chain: compileChain,
  chiSquaredMap: compileChiSquaredMap,
  countSketch: compileCountSketch,
  columnwise: compileColumnwise,
  constant: compileConstant,
  delegate: compileDelegate,
  discriminant: compileDiscriminant,
  elementwise: compileElementwise,
  embedding: compileEmbedding,
  envelope: compileEnvelope,
  facets: compileFacets,
  factors: compileFactors,
  forest: compileForest,
  'gaussian-process': compileGaussianProcess,
  hashedFeatures: compileHashedFeatures,
  imputer: compileImputer,
  'isolation-forest': compileIsolationForest,
  isotonic: compileIsotonic,
  iterativeImputer: compileIterativeImputer,
  'kernel-density': compileKernelDensity,
  'kernel-sum': compileKernelSum,
  'label-propagation': compileLabelPropagation,
  'leaf-encoding': compileLeafEncoding,
  likelihood: compileLikelihood,
  linear: compileLinear,
  mappedFeatures: compileMappedFeatures,
  missingIndicator: compileMissingIndicator,
  'multi-output': compileMultiOutput,
  neighbors: compileNeighbors,
  neighbourImputer: compileNeighbourImputer,
  network: compileNetwork,
  normalDensity: compileNormalDensity,
  norms: compileNorms,
  'one-vs-one': compileOneVsOne,
  'one-vs-rest': compileOneVsRest,
  'output-code': compileOutputCode,
  pipeline: compilePipeline,
  polynomial: compilePolynomial,
  pooling: compilePooling,
  power: compilePower,
  projection: compileProjection,
  quantiles: compileQuantiles,
  selection: compileSelection,
  similarityMap: compileSimilarityMap,
  sparseCode: compileSparseCode,
  splines: compileSplines,
  stacking: compileStacking,
  stage: compileStage,
  'support-vectors': compileSupportVectors,
  targetStatistics: compileTargetStatistics,
  termCounts: compileTermCounts,
  termWeights: compileTermWeights,
  threshold: compileThreshold,
  topics: compileTopics,
  transformedTarget: compileTransformedTarget,
  union: compileUnion,
  voting: compileVoting,
}

export type CompileOptions = { readonly kernels?: Kernels }

/** A neutral model made ready to answer. */
export const compile = (model: Model, { kernels = 'webassembly' }: CompileOptions = {}): Scorer => {
  const compilePart: Compile = (part) => (compilers[part.kind] as CompileOne<Model>)(part, compilePart, kernels)
  return compilePart(model)
}
