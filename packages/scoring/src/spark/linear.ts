import { scoringError } from '../errors.ts'
import type { Decision } from '../stages/classifier.ts'
import type { InverseLink, Regressor } from '../stages/regressor.ts'
import type { LinearScores } from '../stages/scores.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { classifier, regressor, softmax } from './predictors.ts'
import type { Saved } from './saved.ts'

const oneLine = (saved: Saved): LinearScores => {
  const row = saved.row('data')
  return {
    kind: 'linear',
    weights: row.vector('coefficients'),
    intercepts: Float64Array.of(row.number('intercept')),
    skipsZeros: row.isSparse('coefficients'),
  }
}

const linearRegression: SparkBuilder = (saved) => {
  const scores = oneLine(saved)
  return regressor(saved, { scores, size: scores.weights.length })
}

const logisticRegression: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const classes = row.integer('numClasses')
  const size = row.integer('numFeatures')
  const isMultinomial = row.boolean('isMultinomial')
  const matrix = row.matrix('coefficientMatrix')
  const intercepts = row.vector('interceptVector')
  const lines = isMultinomial ? classes : 1
  if (
    matrix.rows !== lines ||
    matrix.columns !== size ||
    intercepts.length !== lines ||
    (!isMultinomial && classes !== 2)
  )
    throw saved.mismatch(
      'coefficientMatrix',
      `${lines} × ${size} numbers and as many intercepts for ${classes} classes`,
    )
  const scores = { kind: 'linear', weights: matrix.values, intercepts, skipsZeros: matrix.isSparse === true } as const
  return isMultinomial
    ? classifier(saved, { size, classes, scores, link: softmax(saved, 'negative') })
    : classifier(saved, {
        size,
        classes,
        isOneScore: true,
        scores,
        link: { kind: 'logistic', steepness: 1 },
        decision: aboveThreshold(saved),
      })
}

/** A pair of thresholds stands for the one that gives the same answers. */
const aboveThreshold = (saved: Saved): Decision => {
  const pair = saved.has('thresholds') ? saved.numbers('thresholds') : undefined
  if (pair !== undefined && pair.length !== 2) throw saved.wrong('thresholds', 'two numbers')
  const threshold = pair === undefined ? saved.number('threshold') : 1 / (1 + (pair[0] as number) / (pair[1] as number))
  if (!(threshold >= 0 && threshold <= 1)) throw saved.wrong('threshold', 'a number from 0 to 1')
  const score = threshold === 0 ? -Infinity : threshold === 1 ? Infinity : Math.log(threshold / (1 - threshold))
  return { kind: 'above', score }
}

const linearSvc: SparkBuilder = (saved) => {
  const scores = oneLine(saved)
  const threshold = saved.number('threshold')
  if (Number.isNaN(threshold)) throw saved.wrong('threshold', 'a number')
  return classifier(saved, {
    size: scores.weights.length,
    classes: 2,
    isOneScore: true,
    scores,
    link: { kind: 'none' },
    decision: { kind: 'above', score: threshold },
  })
}

const generalizedLinear: SparkBuilder = (saved) => {
  const scores = oneLine(saved)
  const { family, power } = distribution(saved)
  const hasOffset = saved.has('offsetCol') && saved.text('offsetCol') !== ''
  const range = ranges[family]
  return regressor(saved, {
    scores,
    size: scores.weights.length,
    link: family === 'tweedie' || power !== undefined ? powerLink(saved, power ?? 0) : namedLink(saved, family),
    ...(range === undefined ? {} : { range }),
    ...(hasOffset ? { offset: saved.text('offsetCol') } : {}),
    ...(saved.has('linkPredictionCol') ? { scoreColumn: saved.text('linkPredictionCol') } : {}),
  })
}

/** The family, and the power of its variance where it is one of Tweedie's. */
const distribution = (saved: Saved): { readonly family: string; readonly power?: number } => {
  const family = saved.text('family').toLowerCase()
  if (family !== 'tweedie') return { family }
  const power = saved.number('variancePower')
  return { family: ['gaussian', 'poisson', 'gamma'][power] ?? 'tweedie', power }
}

const epsilon = 1e-16
const positive = { low: epsilon, lowest: epsilon, high: Number.MAX_VALUE, highest: Number.MAX_VALUE }
const ranges: Readonly<Record<string, Regressor['range']>> = {
  gaussian: { low: -Number.MAX_VALUE, lowest: -Number.MAX_VALUE, high: Number.MAX_VALUE, highest: Number.MAX_VALUE },
  binomial: { low: epsilon, lowest: epsilon, high: 1 - epsilon, highest: 1 - epsilon },
  poisson: positive,
  gamma: positive,
  tweedie: positive,
}

const usualLinks: Readonly<Record<string, string>> = {
  gaussian: 'identity',
  binomial: 'logit',
  poisson: 'log',
  gamma: 'inverse',
}
const inverseLinks: Readonly<Record<string, InverseLink>> = {
  identity: { kind: 'identity' },
  log: { kind: 'exp' },
  inverse: { kind: 'inverse' },
  logit: { kind: 'logistic' },
  probit: { kind: 'normal' },
  cloglog: { kind: 'complementaryLogLog' },
  sqrt: { kind: 'square' },
}

const namedLink = (saved: Saved, family: string): InverseLink => {
  const usual = usualLinks[family]
  if (usual === undefined)
    throw scoringError('model.parameter', { name: saved.name, parameter: 'family', value: family })
  const name = saved.has('link') ? saved.text('link').toLowerCase() : usual
  const link = Object.hasOwn(inverseLinks, name) ? inverseLinks[name] : undefined
  if (link === undefined) throw scoringError('model.parameter', { name: saved.name, parameter: 'link', value: name })
  return link
}

const powerLink = (saved: Saved, variancePower: number): InverseLink => {
  const power = saved.has('linkPower') ? saved.number('linkPower') : 1 - variancePower
  return power === 0 ? { kind: 'exp' } : { kind: 'power', exponent: 1 / power }
}

export const linear: SparkFamily = {
  'org.apache.spark.ml.regression.LinearRegressionModel': linearRegression,
  'org.apache.spark.ml.regression.GeneralizedLinearRegressionModel': generalizedLinear,
  'org.apache.spark.ml.classification.LogisticRegressionModel': logisticRegression,
  'org.apache.spark.ml.classification.LinearSVCModel': linearSvc,
}
