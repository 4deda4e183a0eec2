import { judgeClassFirst } from '../audit/arguments.ts'
import type { BuildContext, Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { BoostingModel, BoostingStart } from '../model/boosting.ts'
import type { Instance } from '../python/instance.ts'
import { treeTable } from './tree-table.ts'
import { featureCount } from './trees-and-forests.ts'

type StartLink = Extract<BoostingStart, { type: 'model' }>['link']

/** Trees and sums of both classes; `estimators_` is stages × outputs. */
const boosted = (
  instance: Instance,
  start: BoostingStart,
  task: BoostingModel['task'],
  context: BuildContext,
): BoostingModel => {
  const estimators = instance.instances('estimators_')
  const shape = instance.shape('estimators_')
  const outputs = shape[1]
  if (shape.length !== 2 || outputs === undefined || outputs < 1)
    throw instance.wrong('estimators_', 'stages × outputs')
  const trees = treeTable(
    estimators.map((estimator) => estimator.instance('tree_')),
    featureCount(instance),
    context,
  )
  return {
    kind: 'boosting',
    name: instance.className,
    trees,
    values: 'finite',
    outputs,
    learningRate: instance.number('learning_rate'),
    start,
    task,
  }
}

const zeros = (outputs: number): BoostingStart => ({ type: 'constant', values: new Float64Array(outputs) })

/** The initial estimators of 0.20 and before, which predict raw sums. */
const oldStart = (init: Instance): BoostingStart | undefined => {
  switch (init.className) {
    case 'MeanEstimator':
      return { type: 'constant', values: init.floats('mean', 1) }
    case 'QuantileEstimator':
      return { type: 'constant', values: init.floats('quantile', 1) }
    case 'LogOddsEstimator':
    case 'ScaledLogOddsEstimator':
      return { type: 'constant', values: init.floats('prior', 1) }
    case 'PriorProbabilityEstimator':
      return { type: 'constant', values: init.floats('priors') }
    case 'ZeroEstimator':
      return zeros(init.integer('n_classes', { max: 100_000 }))
    default:
      return undefined
  }
}

const startOf = (instance: Instance, outputs: number, link: StartLink, context: BuildContext): BoostingStart => {
  if (instance.textOr('init_', '') === 'zero') return zeros(outputs)
  const init = instance.instance('init_')
  const old = oldStart(init)
  if (old?.type === 'constant' && old.values.length !== outputs)
    throw instance.wrong('init_', `a start of ${outputs} numbers`)
  const isTransposed = columnwise.has(init.className) && !instance.isSince(1, 4)
  // numpy.finfo(float32).eps; from 1.8 on that of float64.
  const margin = instance.isSince(1, 8) ? Number.EPSILON : 2 ** -23
  return old ?? { type: 'model', model: context.build(init), link, isTransposed, margin }
}

/** Classes whose probabilities lie column after column in memory. */
const columnwise: ReadonlySet<string> = new Set(['GaussianNB', 'QuadraticDiscriminantAnalysis'])

const regressor: Builder = (instance, context) =>
  boosted(instance, startOf(instance, 1, 'identity', context), { type: 'regression', link: 'identity' }, context)

const classifier: Builder = (instance, context) => {
  const classes = instance.labels('classes_')
  const outputs = classes.values.length === 2 ? 1 : classes.values.length
  const loss = instance.textOr('loss', 'deviance')
  const isExponential = loss === 'exponential'
  if (!isExponential && loss !== 'deviance' && loss !== 'log_loss')
    throw scoringError('model.parameter', { name: instance.className, parameter: 'loss', value: loss })
  // Version 1.4 took over the losses of HistGradientBoosting, whose multinomial link is centred.
  const isNewLoss = instance.isSince(1, 4)
  const link = outputs > 1 ? (isNewLoss ? 'centred-log' : 'log-of-all') : isExponential ? 'half-logit' : 'logit'
  const model = boosted(
    instance,
    startOf(instance, outputs, link, context),
    {
      type: 'classification',
      classes,
      probabilities: outputs > 1 ? 'softmax' : isExponential ? 'logistic-of-twice' : 'logistic',
      zeroIsSecond: isNewLoss,
      hasDecisionFunction: true,
    },
    context,
  )
  if (model.outputs !== outputs) throw instance.wrong('estimators_', `trees for ${outputs} outputs`)
  return model
}

const modules = 'sklearn.ensemble.gradient_boosting sklearn.ensemble._gb'

const losses = `LeastSquaresError LeastAbsoluteError HuberLossFunction QuantileLossFunction BinomialDeviance MultinomialDeviance
  ExponentialLoss`
const cythonLosses = `CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHuberLoss CyHalfPoissonLoss CyHalfGammaLoss
  CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHalfBinomialLoss CyHalfMultinomialLoss CyExponentialLoss`
const cythonUnpicklers = cythonLosses.replaceAll('Cy', '__pyx_unpickle_Cy')
const newLosses = `HalfSquaredError AbsoluteError PinballLoss HuberLoss HalfPoissonLoss HalfGammaLoss HalfTweedieLoss
  HalfTweedieLossIdentity HalfBinomialLoss HalfMultinomialLoss ExponentialLoss`

/** Boosted trees on float32 rows. */
export const gradientBoosting: Family = {
  classes: {
    GradientBoostingRegressor: { modules, build: regressor },
    GradientBoostingClassifier: { modules, build: classifier },
  },
  parts: [
    {
      use: 'class',
      names: {
        'sklearn.ensemble._gb_losses': losses,
        'sklearn.ensemble.gradient_boosting': `${losses} MeanEstimator QuantileEstimator LogOddsEstimator ScaledLogOddsEstimator
          PriorProbabilityEstimator ZeroEstimator`,
        'sklearn._loss._loss': cythonLosses,
        // Cython names this module without its package.
        _loss: cythonLosses,
        'sklearn._loss.loss': newLosses,
        'sklearn._loss.link': 'Interval IdentityLink LogLink LogitLink HalfLogitLink MultinomialLogit',
      },
    },
    {
      use: 'function',
      judge: judgeClassFirst,
      names: { 'sklearn._loss._loss': cythonUnpicklers, _loss: cythonUnpicklers },
    },
  ],
}
