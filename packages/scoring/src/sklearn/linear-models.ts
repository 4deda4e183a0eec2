import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { LinearClassificationTask, LinearDeviation, LinearModel, LinearRegressionTask } from '../model/linear.ts'
import type { Single } from '../model/single-sums.ts'
import { arrayOf } from '../numpy/array.ts'
import type { Instance } from '../python/instance.ts'

/** The coefficients of any class with `coef_` and `intercept_`; also of classes that compute them otherwise. */
export const linearModel = (
  instance: Instance,
  task: LinearModel['task'],
  attributes = { coef: 'coef_', intercept: 'intercept_' },
): LinearModel => {
  const { rows, columns, values } = instance.matrix(attributes.coef)
  const given = instance.floatsOr(attributes.intercept, Float64Array.of(0))
  // Without an intercept the library stores a single zero for all outputs.
  const intercepts = given.length === 1 && rows > 1 ? new Float64Array(rows).fill(given[0] as number) : given
  if (intercepts.length !== rows) throw instance.wrong(attributes.intercept, `${rows} numbers`)
  return {
    kind: 'linear',
    name: instance.className,
    columns,
    coefficients: values,
    intercepts,
    single: singleOf(instance, attributes),
    task,
  }
}

/** An intercept that is a plain number takes the precision of the sum. */
const singleOf = (instance: Instance, { coef, intercept }: { coef: string; intercept: string }): Single | undefined => {
  if (!instance.isSingle(coef)) return undefined
  const { kind, itemSize } = arrayOf(instance.get(intercept), instance.limits)?.dtype ?? {}
  return kind === 'f' && itemSize !== 4 ? 'products' : 'sums'
}

const regressor =
  (link: LinearRegressionTask['link'] = 'identity'): Builder =>
  (instance) =>
    linearModel(instance, { type: 'regression', isVector: instance.shape('coef_').length < 2, link })

/** Classes that always give one value a row, though their coefficients may be a matrix of one row. */
const vectorRegressor: Builder = (instance) =>
  linearModel(instance, { type: 'regression', isVector: true, link: 'identity' })

/** Regressors whose coefficients have a posterior; automatic relevance leaves features out. */
const bayesian =
  (leavesOut: boolean): Builder =>
  (instance) => {
    const model = linearModel(instance, { type: 'regression', isVector: true, link: 'identity' })
    const all = Array.from({ length: model.columns }, (_, column) => column)
    const relevances = leavesOut ? instance.floats('lambda_', model.columns) : undefined
    const threshold = leavesOut ? instance.number('threshold_lambda') : 0
    const columns = Int32Array.from(all.filter((column) => !((relevances?.[column] ?? -1) >= threshold)))
    const isNormalized = instance.textOr('normalize', '') === '' && instance.boolean('normalize')
    // No deviations before 0.19; ARDRegression of 0.21 forgets its offsets and raises when it is asked for them.
    if (!instance.has('sigma_') || (isNormalized && !instance.has('X_offset_'))) return model
    // Since 1.9, deviations are those of centred features.
    const isCentred = isNormalized || instance.isSince(1, 9)
    const used = (attribute: string, isUsed: boolean, otherwise: number) => {
      const values = isUsed ? instance.floats(attribute, model.columns) : undefined
      return Float64Array.from(columns, (column) => values?.[column] ?? otherwise)
    }
    const deviation: LinearDeviation = {
      columns,
      offsets: used('X_offset_', isCentred, 0),
      scales: used('X_scale_', isNormalized, 1),
      covariance: instance.floats('sigma_', columns.length ** 2),
      noise: 1 / instance.number('alpha_'),
    }
    return { ...model, task: { type: 'regression', isVector: true, link: 'identity', deviation } }
  }

type Probabilities = LinearClassificationTask['probabilities']

const classifier =
  (probabilities: (instance: Instance, classes: number) => Probabilities): Builder =>
  (instance) => {
    const classes = instance.has('_label_binarizer')
      ? instance.instance('_label_binarizer').labels('classes_')
      : instance.labels('classes_')
    const count = classes.values.length
    const model = linearModel(instance, {
      type: 'classification',
      classes,
      probabilities: probabilities(instance, count),
    })
    if (model.intercepts.length !== (count === 2 ? 1 : count))
      throw instance.wrong('coef_', `rows for ${count} classes`)
    return model
  }

const none = (): Probabilities => undefined

/** Since 0.24 on several labels at once too; before, these were refused or answered as if they were classes. */
const ridgeClassifier: Builder = (instance, context) => {
  const type = instance.has('_label_binarizer') ? instance.instance('_label_binarizer').textOr('y_type_', '') : ''
  if (!type.startsWith('multilabel')) return classifier(none)(instance, context)
  if (!instance.isSince(0, 24))
    throw scoringError('model.parameter', { name: instance.className, parameter: 'y_type_', value: type })
  return linearModel(instance, { type: 'labels' })
}

/** LogisticRegression.predict_proba; `multi_class` is gone from version 1.8 on. */
const logistic = (instance: Instance, classes: number): Probabilities => {
  // Before 0.20 two classes have the logistic function, however they were fitted.
  if (classes === 2 && !instance.isSince(0, 20)) return 'one-vs-rest'
  const multiClass = instance.has('multi_class') ? instance.textOr('multi_class', 'no text') : 'auto'
  if (multiClass === 'ovr' || multiClass === 'warn') return 'one-vs-rest'
  // The library takes everything else for multinomial.
  if (multiClass !== 'auto' && multiClass !== 'deprecated') return 'softmax'
  const automatic = instance.textOr('solver', 'lbfgs') === 'liblinear' || classes <= 2
  return automatic ? 'one-vs-rest' : 'softmax'
}

const stochasticGradient = (instance: Instance): Probabilities => {
  const loss = instance.textOr('loss', 'hinge')
  if (loss === 'log' || loss === 'log_loss') return 'one-vs-rest'
  return loss === 'modified_huber' ? 'modified-huber' : undefined
}

/** The link of generalised linear models: always the logarithm, but for Tweedie with a chosen or automatic link. */
const tweedie: Builder = (instance, context) => {
  const link = instance.textOr('link', 'auto')
  if (link !== 'auto' && link !== 'identity' && link !== 'log')
    throw scoringError('model.parameter', { name: instance.className, parameter: 'link', value: link })
  const isLog = link === 'log' || (link === 'auto' && instance.numberOr('power', 0) > 0)
  return regressor(isLog ? 'log' : 'identity')(instance, context)
}

const base = 'sklearn.linear_model.base sklearn.linear_model._base'
const ridge = 'sklearn.linear_model.ridge sklearn.linear_model._ridge'
const descent = 'sklearn.linear_model.coordinate_descent sklearn.linear_model._coordinate_descent'
const angle = 'sklearn.linear_model.least_angle sklearn.linear_model._least_angle'
const matching = 'sklearn.linear_model.omp sklearn.linear_model._omp'
const bayes = 'sklearn.linear_model.bayes sklearn.linear_model._bayes'
const logisticModules = 'sklearn.linear_model.logistic sklearn.linear_model._logistic'
const gradient = 'sklearn.linear_model.stochastic_gradient sklearn.linear_model._stochastic_gradient'
const aggressive = 'sklearn.linear_model.passive_aggressive sklearn.linear_model._passive_aggressive'
const vectors = 'sklearn.svm.classes sklearn.svm._classes'
const generalised = 'sklearn.linear_model._glm.glm'

const losses = 'Hinge SquaredHinge Log ModifiedHuber SquaredLoss Huber EpsilonInsensitive SquaredEpsilonInsensitive'

/** Everything that is a weighted sum of the features. */
export const linearModels: Family = {
  classes: {
    LinearRegression: { modules: base, build: regressor() },
    Ridge: { modules: ridge, build: regressor() },
    RidgeCV: { modules: ridge, build: regressor() },
    RidgeClassifier: { modules: ridge, build: ridgeClassifier },
    RidgeClassifierCV: { modules: ridge, build: ridgeClassifier },
    Lasso: { modules: descent, build: regressor() },
    LassoCV: { modules: descent, build: regressor() },
    ElasticNet: { modules: descent, build: regressor() },
    ElasticNetCV: { modules: descent, build: regressor() },
    MultiTaskLasso: { modules: descent, build: regressor() },
    MultiTaskLassoCV: { modules: descent, build: regressor() },
    MultiTaskElasticNet: { modules: descent, build: regressor() },
    MultiTaskElasticNetCV: { modules: descent, build: regressor() },
    Lars: { modules: angle, build: regressor() },
    LarsCV: { modules: angle, build: regressor() },
    LassoLars: { modules: angle, build: regressor() },
    LassoLarsCV: { modules: angle, build: regressor() },
    LassoLarsIC: { modules: angle, build: regressor() },
    OrthogonalMatchingPursuit: { modules: matching, build: regressor() },
    OrthogonalMatchingPursuitCV: { modules: matching, build: regressor() },
    BayesianRidge: { modules: bayes, build: bayesian(false) },
    ARDRegression: { modules: bayes, build: bayesian(true) },
    HuberRegressor: { modules: 'sklearn.linear_model.huber sklearn.linear_model._huber', build: regressor() },
    TheilSenRegressor: {
      modules: 'sklearn.linear_model.theil_sen sklearn.linear_model._theil_sen',
      build: regressor(),
    },
    QuantileRegressor: { modules: 'sklearn.linear_model._quantile', build: regressor() },
    SGDRegressor: { modules: gradient, build: vectorRegressor },
    PassiveAggressiveRegressor: { modules: aggressive, build: vectorRegressor },
    LinearSVR: { modules: vectors, build: vectorRegressor },
    PoissonRegressor: { modules: generalised, build: regressor('log') },
    GammaRegressor: { modules: generalised, build: regressor('log') },
    TweedieRegressor: { modules: generalised, build: tweedie },

    LogisticRegression: { modules: logisticModules, build: classifier(logistic) },
    LogisticRegressionCV: { modules: logisticModules, build: classifier(logistic) },
    SGDClassifier: { modules: gradient, build: classifier(stochasticGradient) },
    LinearSVC: { modules: vectors, build: classifier(none) },
    Perceptron: {
      modules: 'sklearn.linear_model.perceptron sklearn.linear_model._perceptron',
      build: classifier(none),
    },
    PassiveAggressiveClassifier: { modules: aggressive, build: classifier(none) },
  },
  parts: [
    {
      use: 'class',
      names: { 'sklearn.preprocessing.label': 'LabelBinarizer', 'sklearn.preprocessing._label': 'LabelBinarizer' },
    },
    {
      use: 'class',
      // What generalised linear models held from 0.23 to 1.0.
      names: {
        'sklearn._loss.glm_distribution': `DistributionBoundary TweedieDistribution NormalDistribution PoissonDistribution
          GammaDistribution InverseGaussianDistribution`,
        'sklearn.linear_model._glm.link': 'IdentityLink LogLink LogitLink',
      },
    },
    { use: 'class', names: { 'sklearn.linear_model.sgd_fast': losses, 'sklearn.linear_model._sgd_fast': losses } },
  ],
}
