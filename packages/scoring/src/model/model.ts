import type { StageModel } from '../stages/stage.ts'
import type { AdaBoostModel } from './ada-boost.ts'
import type { BaggingModel } from './bagging.ts'
import type { BinsModel } from './bins.ts'
import type { BoosterModel } from './booster.ts'
import type { BoostingModel } from './boosting.ts'
import type { CalibratedModel } from './calibrated.ts'
import type { CategoriesModel } from './categories.ts'
import type { CentersModel } from './centers.ts'
import type { ChainModel } from './chain.ts'
import type { ChiSquaredMapModel } from './chi-squared-map.ts'
import type { CountSketchModel } from './count-sketch.ts'
import type { OneVsOneModel } from './class-pairs.ts'
import type { ColumnwiseModel } from './columnwise.ts'
import type { ConstantModel } from './constant.ts'
import type { DelegateModel } from './delegate.ts'
import type { DiscriminantModel } from './discriminant.ts'
import type { ElementwiseModel } from './elementwise.ts'
import type { EmbeddingModel } from './embedding.ts'
import type { EnvelopeModel } from './envelope.ts'
import type { FacetsModel } from './facets.ts'
import type { FactorsModel } from './factors.ts'
import type { ForestModel } from './forest.ts'
import type { GaussianProcessModel } from './gaussian-process.ts'
import type { HashedFeaturesModel } from './hashed-features.ts'
import type { ImputerModel, MissingIndicatorModel } from './imputer.ts'
import type { IsolationForestModel } from './isolation-forest.ts'
import type { IsotonicModel } from './isotonic.ts'
import type { IterativeImputerModel } from './iterative-imputer.ts'
import type { KernelDensityModel } from './kernel-density.ts'
import type { KernelSumModel } from './kernel-sum.ts'
import type { LabelPropagationModel } from './label-propagation.ts'
import type { LeafEncodingModel } from './leaf-encoding.ts'
import type { LikelihoodModel } from './likelihood.ts'
import type { LinearModel } from './linear.ts'
import type { MappedFeaturesModel } from './mapped-features.ts'
import type { MultiOutputModel } from './multi-output.ts'
import type { NeighborsModel } from './neighbors.ts'
import type { NeighbourImputerModel } from './neighbour-imputer.ts'
import type { NetworkModel } from './network.ts'
import type { NormalDensityModel } from './normal-density.ts'
import type { NormsModel } from './norms.ts'
import type { OneVsRestModel } from './one-vs-rest.ts'
import type { OutputCodeModel } from './output-code.ts'
import type { PipelineModel } from './pipeline.ts'
import type { PolynomialModel } from './polynomial.ts'
import type { PoolingModel } from './pooling.ts'
import type { PowerModel } from './power.ts'
import type { ProjectionModel } from './projection.ts'
import type { QuantilesModel } from './quantiles.ts'
import type { SelectionModel } from './selection.ts'
import type { SimilarityMapModel } from './similarity-map.ts'
import type { SparseCodeModel } from './sparse-code.ts'
import type { SplinesModel } from './splines.ts'
import type { StackingModel } from './stacking.ts'
import type { SupportVectorsModel } from './support-vectors.ts'
import type { TargetStatisticsModel } from './target-statistics.ts'
import type { TermCountsModel } from './term-counts.ts'
import type { TermWeightsModel } from './term-weights.ts'
import type { ThresholdModel } from './threshold.ts'
import type { TopicsModel } from './topics.ts'
import type { TransformedTargetModel } from './transformed-target.ts'
import type { UnionModel } from './union.ts'
import type { VotingModel } from './voting.ts'

/**
 * A neutral model: plain data that says what is computed, whatever library fitted it. Built once from a file, compiled to a
 * scorer, or written out with a portable one.
 */
export type Model =
  | AdaBoostModel
  | BaggingModel
  | BinsModel
  | BoosterModel
  | BoostingModel
  | CalibratedModel
  | CategoriesModel
  | CentersModel
  | ChainModel
  | ChiSquaredMapModel
  | CountSketchModel
  | ColumnwiseModel
  | ConstantModel
  | DelegateModel
  | DiscriminantModel
  | ElementwiseModel
  | EmbeddingModel
  | EnvelopeModel
  | FacetsModel
  | FactorsModel
  | ForestModel
  | GaussianProcessModel
  | HashedFeaturesModel
  | ImputerModel
  | IsolationForestModel
  | IsotonicModel
  | IterativeImputerModel
  | KernelDensityModel
  | KernelSumModel
  | LabelPropagationModel
  | LeafEncodingModel
  | LikelihoodModel
  | LinearModel
  | MappedFeaturesModel
  | MissingIndicatorModel
  | MultiOutputModel
  | NeighborsModel
  | NeighbourImputerModel
  | NetworkModel
  | NormalDensityModel
  | NormsModel
  | OneVsOneModel
  | OneVsRestModel
  | OutputCodeModel
  | PipelineModel
  | PolynomialModel
  | PoolingModel
  | PowerModel
  | ProjectionModel
  | QuantilesModel
  | SelectionModel
  | SimilarityMapModel
  | SparseCodeModel
  | SplinesModel
  | StackingModel
  | StageModel
  | SupportVectorsModel
  | TargetStatisticsModel
  | TermCountsModel
  | TermWeightsModel
  | ThresholdModel
  | TopicsModel
  | TransformedTargetModel
  | UnionModel
  | VotingModel
