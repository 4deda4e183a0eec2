import type { BoostingModel } from './boosting.ts'
import type { CentersModel } from './centers.ts'
import type { ColumnwiseModel } from './columnwise.ts'
import type { ConstantModel } from './constant.ts'
import type { DiscriminantModel } from './discriminant.ts'
import type { EmbeddingModel } from './embedding.ts'
import type { EnvelopeModel } from './envelope.ts'
import type { ForestModel } from './forest.ts'
import type { GaussianProcessModel } from './gaussian-process.ts'
import type { KernelDensityModel } from './kernel-density.ts'
import type { KernelSumModel } from './kernel-sum.ts'
import type { LabelPropagationModel } from './label-propagation.ts'
import type { LikelihoodModel } from './likelihood.ts'
import type { LinearModel } from './linear.ts'
import type { NeighborsModel } from './neighbors.ts'
import type { PipelineModel } from './pipeline.ts'
import type { PoolingModel } from './pooling.ts'
import type { SupportVectorsModel } from './support-vectors.ts'

/**
 * A neutral model: plain data that says what is computed, whatever library fitted it. Built once from a file, compiled to a
 * scorer, or written out with a portable one.
 */
export type Model =
  | BoostingModel
  | CentersModel
  | ColumnwiseModel
  | ConstantModel
  | DiscriminantModel
  | EmbeddingModel
  | EnvelopeModel
  | ForestModel
  | GaussianProcessModel
  | KernelDensityModel
  | KernelSumModel
  | LabelPropagationModel
  | LikelihoodModel
  | LinearModel
  | NeighborsModel
  | PipelineModel
  | PoolingModel
  | SupportVectorsModel
