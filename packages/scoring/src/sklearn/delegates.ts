import type { ArgumentJudge } from '../audit/arguments.ts'
import type { Builder, Family } from '../build/family.ts'
import type { MethodName } from '../model/scorer.ts'
import { describe } from '../pickle/machine.ts'
import { callOf, globalOf } from '../python/names.ts'

const delegate =
  (attribute: string, methods: readonly MethodName[]): Builder =>
  (instance, { build }) => ({
    kind: 'delegate',
    name: instance.className,
    model: build(instance.instance(attribute)),
    methods,
  })

/** Since 1.6 under the name of the new parameter. */
const selfTraining: Builder = (instance, context) =>
  delegate(instance.has('estimator_') ? 'estimator_' : 'base_estimator_', [
    'predict',
    'predictProba',
    'predictLogProba',
    'decisionFunction',
  ])(instance, context)

const search = delegate('best_estimator_', [
  'predict',
  'predictProba',
  'predictLogProba',
  'decisionFunction',
  'scoreSamples',
  'transform',
])

const searches = 'sklearn.model_selection._search'
const halving = 'sklearn.model_selection._search_successive_halving'

const splitters = `LeaveOneOut LeavePOut KFold GroupKFold StratifiedKFold StratifiedGroupKFold TimeSeriesSplit LeaveOneGroupOut
  LeavePGroupsOut RepeatedKFold RepeatedStratifiedKFold ShuffleSplit GroupShuffleSplit StratifiedShuffleSplit PredefinedSplit
  _CVIterableWrapper`
const scorers = `_PredictScorer _ProbaScorer _ThresholdScorer _Scorer _PassthroughScorer _MultimetricScorer _CurveScorer`
const classificationScores = `accuracy_score balanced_accuracy_score f1_score fbeta_score precision_score recall_score jaccard_score
  jaccard_similarity_score log_loss brier_score_loss matthews_corrcoef cohen_kappa_score hamming_loss zero_one_loss hinge_loss
  positive_likelihood_ratio negative_likelihood_ratio class_likelihood_ratios d2_log_loss_score d2_brier_score`
const regressionScores = `r2_score explained_variance_score max_error mean_absolute_error mean_squared_error
  mean_squared_log_error root_mean_squared_error root_mean_squared_log_error median_absolute_error
  mean_absolute_percentage_error mean_poisson_deviance mean_gamma_deviance mean_tweedie_deviance mean_pinball_loss
  d2_tweedie_score d2_pinball_score d2_absolute_error_score`
const rankingScores = `roc_auc_score average_precision_score coverage_error label_ranking_average_precision_score
  label_ranking_loss dcg_score ndcg_score top_k_accuracy_score`
const clusterScores = `adjusted_rand_score rand_score homogeneity_score completeness_score v_measure_score mutual_info_score
  adjusted_mutual_info_score normalized_mutual_info_score fowlkes_mallows_score`

const continuous = `uniform_gen loguniform_gen reciprocal_gen expon_gen norm_gen truncnorm_gen lognorm_gen halfnorm_gen
  halfcauchy_gen cauchy_gen gamma_gen invgamma_gen beta_gen chi2_gen t_gen triang_gen pareto_gen laplace_gen logistic_gen
  weibull_min_gen weibull_max_gen`
const discrete = 'randint_gen geom_gen poisson_gen binom_gen nbinom_gen bernoulli_gen'

/** A discrete distribution holds its own method, vectorised: `getattr(distribution, '_entropy')`. Any other use is refused. */
const judgeDistribution: ArgumentJudge = ({ args: [owner, name] }, isClass) => {
  const made = callOf(owner)
  const called = globalOf(made?.callable ?? null)
  const first = globalOf(made?.args[0] ?? null)
  const owning = called?.module === 'copyreg' || called?.module === 'copy_reg' ? first : called
  return name === '_entropy' && owning?.module === 'scipy.stats._discrete_distns' && isClass(owning)
    ? undefined
    : `it takes ${describe(name ?? null)} from ${describe(owner ?? null)}`
}

/** Searches for parameters, and other objects that only pass on to the one that they fitted. */
export const delegates: Family = {
  classes: {
    GridSearchCV: { modules: searches, build: search },
    RandomizedSearchCV: { modules: searches, build: search },
    HalvingGridSearchCV: { modules: halving, build: search },
    HalvingRandomSearchCV: { modules: halving, build: search },
    SelfTrainingClassifier: { modules: 'sklearn.semi_supervised._self_training', build: selfTraining },
    RANSACRegressor: {
      modules: 'sklearn.linear_model.ransac sklearn.linear_model._ransac',
      build: delegate('estimator_', ['predict']),
    },
  },
  parts: [
    {
      use: 'class',
      names: {
        'sklearn.model_selection._split': splitters,
        [halving]: '_SubsampleMetaSplitter',
        [searches]: 'ParameterGrid ParameterSampler',
        'sklearn.metrics.scorer': scorers,
        'sklearn.metrics._scorer': scorers,
        // What 0.19 and 0.20 keep results in, to warn of some.
        'sklearn.utils.deprecation': 'DeprecationDict',
        'sklearn.utils._metadata_requests': 'MetadataRequest MethodMetadataRequest',
        numpy: 'vectorize',
        'scipy.stats._distn_infrastructure': 'rv_frozen rv_continuous_frozen rv_discrete_frozen',
        'scipy.stats._continuous_distns': continuous,
        'scipy.stats._discrete_distns': discrete,
      },
    },
    { use: 'function', judge: judgeDistribution, names: { builtins: 'getattr' } },
    {
      use: 'reference',
      names: {
        builtins: 'FutureWarning',
        exceptions: 'FutureWarning',
        [halving]: '_refit_callable',
        'sklearn.metrics.scorer': '_passthrough_scorer',
        'sklearn.metrics._scorer': '_passthrough_scorer',
        'sklearn.metrics.classification': classificationScores,
        'sklearn.metrics._classification': classificationScores,
        'sklearn.metrics.regression': regressionScores,
        'sklearn.metrics._regression': regressionScores,
        'sklearn.metrics.ranking': rankingScores,
        'sklearn.metrics._ranking': rankingScores,
        'sklearn.metrics.cluster.supervised': clusterScores,
        'sklearn.metrics.cluster._supervised': clusterScores,
      },
    },
  ],
}
