import type { AdaBoostModel } from './ada-boost.ts'
import type { BaggingModel } from './bagging.ts'
import type { BoosterModel } from './booster.ts'
import type { BoostingModel } from './boosting.ts'
import type { CalibratedModel } from './calibrated.ts'
import type { CentersModel } from './centers.ts'
import type { ChainModel } from './chain.ts'
import type { OneVsOneModel } from './class-pairs.ts'
import type { ColumnwiseModel } from './columnwise.ts'
import type { ConstantModel } from './constant.ts'
import type { DelegateModel } from './delegate.ts'
import type { DiscriminantModel } from './discriminant.ts'
import type { EmbeddingModel } from './embedding.ts'
import type { EnvelopeModel } from './envelope.ts'
import type { ForestModel } from './forest.ts'
import type { GaussianProcessModel } from './gaussian-process.ts'
import type { IsolationForestModel } from './isolation-forest.ts'
import type { IsotonicModel } from './isotonic.ts'
import type { KernelDensityModel } from './kernel-density.ts'
import type { KernelSumModel } from './kernel-sum.ts'
import type { LabelPropagationModel } from './label-propagation.ts'
import type { LeafEncodingModel } from './leaf-encoding.ts'
import type { LikelihoodModel } from './likelihood.ts'
import type { LinearModel } from './linear.ts'
import type { MultiOutputModel } from './multi-output.ts'
import type { NeighborsModel } from './neighbors.ts'
import type { NetworkModel } from './network.ts'
import type { OneVsRestModel } from './one-vs-rest.ts'
import type { OutputCodeModel } from './output-code.ts'
import type { PipelineModel } from './pipeline.ts'
import type { PoolingModel } from './pooling.ts'
import type { StackingModel } from './stacking.ts'
import type { SupportVectorsModel } from './support-vectors.ts'
import type { ThresholdModel } from './threshold.ts'
import type { VotingModel } from './voting.ts'

/**
 * A neutral model: plain data that says what is computed, whatever library fitted it. Built once from a file, compiled to a
 * scorer, or written out with a portable one.
 */
export type Model =
  | AdaBoostModel
  | BaggingModel
  | BoosterModel
  | BoostingModel
  | CalibratedModel
  | CentersModel
  | ChainModel
  | ColumnwiseModel
  | ConstantModel
  | DelegateModel
  | DiscriminantModel
  | EmbeddingModel
  | EnvelopeModel
  | ForestModel
  | GaussianProcessModel
  | IsolationForestModel
  | IsotonicModel
  | KernelDensityModel
  | KernelSumModel
  | LabelPropagationModel
  | LeafEncodingModel
  | LikelihoodModel
  | LinearModel
  | MultiOutputModel
  | NeighborsModel
  | NetworkModel
  | OneVsOneModel
  | OneVsRestModel
  | OutputCodeModel
  | PipelineModel
  | PoolingModel
  | StackingModel
  | SupportVectorsModel
  | ThresholdModel
  | VotingModel
