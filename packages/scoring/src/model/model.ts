import type { BoostingModel } from './boosting.ts'
import type { ColumnwiseModel } from './columnwise.ts'
import type { ConstantModel } from './constant.ts'
import type { EmbeddingModel } from './embedding.ts'
import type { ForestModel } from './forest.ts'
import type { KernelSumModel } from './kernel-sum.ts'
import type { LabelPropagationModel } from './label-propagation.ts'
import type { LinearModel } from './linear.ts'
import type { NeighborsModel } from './neighbors.ts'
import type { PipelineModel } from './pipeline.ts'
import type { SupportVectorsModel } from './support-vectors.ts'

/**
 * A neutral model: plain data that says what is computed, whatever library fitted it. Built once from a file, compiled to a
 * scorer, or written out with a portable one.
 */
export type Model =
  | BoostingModel
  | ColumnwiseModel
  | ConstantModel
  | EmbeddingModel
  | ForestModel
  | KernelSumModel
  | LabelPropagationModel
  | LinearModel
  | NeighborsModel
  | PipelineModel
  | SupportVectorsModel
