import { compileAdaBoost } from './ada-boost.ts'
import { compileBagging } from './bagging.ts'
import { compileBooster } from './booster.ts'
import { compileBoosting } from './boosting.ts'
import { compileCalibrated } from './calibrated.ts'
import { compileCenters } from './centers.ts'
import { compileChain } from './chain.ts'
import { compileOneVsOne } from './class-pairs.ts'
import { compileColumnwise } from './columnwise.ts'
import { compileConstant } from './constant.ts'
import { compileDelegate } from './delegate.ts'
import { compileDiscriminant } from './discriminant.ts'
import { compileEmbedding } from './embedding.ts'
import { compileEnvelope } from './envelope.ts'
import { compileForest } from './forest.ts'
import { compileGaussianProcess } from './gaussian-process.ts'
import { compileIsolationForest } from './isolation-forest.ts'
import { compileIsotonic } from './isotonic.ts'
import { compileKernelDensity } from './kernel-density.ts'
import { compileKernelSum } from './kernel-sum.ts'
import { compileLabelPropagation } from './label-propagation.ts'
import { compileLeafEncoding } from './leaf-encoding.ts'
import { compileLikelihood } from './likelihood.ts'
import { compileLinear } from './linear.ts'
import type { Model } from './model.ts'
import { compileMultiOutput } from './multi-output.ts'
import { compileNeighbors } from './neighbors.ts'
import { compileNetwork } from './network.ts'
import { compileOneVsRest } from './one-vs-rest.ts'
import { compileOutputCode } from './output-code.ts'
import { compilePipeline } from './pipeline.ts'
import { compilePooling } from './pooling.ts'
import type { Scorer } from './scorer.ts'
import { compileStacking } from './stacking.ts'
import { compileSupportVectors } from './support-vectors.ts'
import { compileThreshold } from './threshold.ts'
import { compileVoting } from './voting.ts'

/** Compiles a part of a model. */
export type Compile = (model: Model) => Scorer

type Compilers = { readonly [K in Model['kind']]: (model: Extract<Model, { kind: K }>, compile: Compile) => Scorer }

const compilers: Compilers = {
  'ada-boost': compileAdaBoost,
  bagging: compileBagging,
  booster: compileBooster,
  boosting: compileBoosting,
  calibrated: compileCalibrated,
  centers: compileCenters,
  chain: compileChain,
  columnwise: compileColumnwise,
  constant: compileConstant,
  delegate: compileDelegate,
  discriminant: compileDiscriminant,
  embedding: compileEmbedding,
  envelope: compileEnvelope,
  forest: compileForest,
  'gaussian-process': compileGaussianProcess,
  'isolation-forest': compileIsolationForest,
  isotonic: compileIsotonic,
  'kernel-density': compileKernelDensity,
  'kernel-sum': compileKernelSum,
  'label-propagation': compileLabelPropagation,
  'leaf-encoding': compileLeafEncoding,
  likelihood: compileLikelihood,
  linear: compileLinear,
  'multi-output': compileMultiOutput,
  neighbors: compileNeighbors,
  network: compileNetwork,
  'one-vs-one': compileOneVsOne,
  'one-vs-rest': compileOneVsRest,
  'output-code': compileOutputCode,
  pipeline: compilePipeline,
  pooling: compilePooling,
  stacking: compileStacking,
  'support-vectors': compileSupportVectors,
  threshold: compileThreshold,
  voting: compileVoting,
}

/** A neutral model made ready to answer. */
export const compile: Compile = (model) =>
  (compilers[model.kind] as (model: Model, compile: Compile) => Scorer)(model, compile)
