import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { LinearClassificationTask, LinearModel, LinearRegressionTask } from '../model/linear.ts'
import type { Instance } from '../python/instance.ts'

/** The coefficients of any class with `coef_` and `intercept_`; also of classes that compute them otherwise. */
const linearModel = (
  instance: Instance,
  task: LinearModel['task'],
  attributes = { coef: 'coef_', intercept: 'intercept_' },
): LinearModel => {
  const { rows, columns, values } = instance.matrix(attributes.coef)
  const given = instance.floatsOr(attributes.intercept, Float64Array.of(0))
  // Without an intercept the library stores a single zero for all outputs.
  const intercepts = given.length === 1 && rows > 1 ? new Float64Array(rows).fill(given[0] as number) : given
  if (intercepts.length !== rows) throw instance.wrong(attributes.intercept, `${rows} numbers`)
  return { kind: 'linear', name: instance.className, columns, coefficients: values, intercepts, task }
}

const regressor =
  (link: LinearRegressionTask['link'] = 'identity'): Builder =>
  (instance) =>
    linearModel(instance, { type: 'regression', isVector: instance.shape('coef_').length < 2, link })

/** Classes that always give one value a row, though their coefficients may be a matrix of one row. */
const vectorRegressor: Builder = (instance) =>
  linearModel(instance, { type: 'regression', isVector: true, link: 'identity' })

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

/** LogisticRegression.predict_proba; `multi_class` is gone from version 1.8 on. */
const logistic = (instance: Instance, classes: number): Probabilities => {
  const multiClass = instance.textOr('multi_class', instance.has('multi_class') ? 'ovr' : 'auto')
  if (multiClass === 'ovr' || multiClass === 'warn') return 'one-vs-rest'
  if (multiClass === 'multinomial') return 'softmax'
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
    RidgeClassifier: { modules: ridge, build: classifier(none) },
    RidgeClassifierCV: { modules: ridge, build: classifier(none) },
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
    BayesianRidge: { modules: bayes, build: regressor() },
    ARDRegression: { modules: bayes, build: regressor() },
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
    { use: 'class', names: { 'sklearn.linear_model.sgd_fast': losses, 'sklearn.linear_model._sgd_fast': losses } },
  ],
}
