import { compileBoosting } from './boosting.ts'
import { compileCenters } from './centers.ts'
import { compileColumnwise } from './columnwise.ts'
import { compileConstant } from './constant.ts'
import { compileDiscriminant } from './discriminant.ts'
import { compileEmbedding } from './embedding.ts'
import { compileEnvelope } from './envelope.ts'
import { compileForest } from './forest.ts'
import { compileGaussianProcess } from './gaussian-process.ts'
import { compileKernelDensity } from './kernel-density.ts'
import { compileKernelSum } from './kernel-sum.ts'
import { compileLabelPropagation } from './label-propagation.ts'
import { compileLikelihood } from './likelihood.ts'
import { compileLinear } from './linear.ts'
import type { Model } from './model.ts'
import { compileNeighbors } from './neighbors.ts'
import { compilePipeline } from './pipeline.ts'
import { compilePooling } from './pooling.ts'
import type { Scorer } from './scorer.ts'
import { compileSupportVectors } from './support-vectors.ts'

/** Compiles a part of a model. */
export type Compile = (model: Model) => Scorer

type Compilers = { readonly [K in Model['kind']]: (model: Extract<Model, { kind: K }>, compile: Compile) => Scorer }

const compilers: Compilers = {
  boosting: compileBoosting,
  centers: compileCenters,
  columnwise: compileColumnwise,
  constant: compileConstant,
  discriminant: compileDiscriminant,
  embedding: compileEmbedding,
  envelope: compileEnvelope,
  forest: compileForest,
  'gaussian-process': compileGaussianProcess,
  'kernel-density': compileKernelDensity,
  'kernel-sum': compileKernelSum,
  'label-propagation': compileLabelPropagation,
  likelihood: compileLikelihood,
  linear: compileLinear,
  neighbors: compileNeighbors,
  pipeline: compilePipeline,
  pooling: compilePooling,
  'support-vectors': compileSupportVectors,
}

/** A neutral model made ready to answer. */
export const compile: Compile = (model) =>
  (compilers[model.kind] as (model: Model, compile: Compile) => Scorer)(model, compile)
