import type { Builder, Family } from '../../build/family.ts'
import type { Labels } from '../../data/labels.ts'
import { scoringError } from '../../errors.ts'
import type { BoostingModel, BoostingTask } from '../../model/boosting.ts'
import type { Instance } from '../../python/instance.ts'
import { bytesOf } from '../../python/values.ts'
import type { FlatTable } from '../flat-buffer.ts'
import { joinTrees } from '../tree-parts.ts'
import { featuresOf, refuseOtherFeatures } from './features.ts'
import { core, format, invalid, readCatBoost, textOf, trees } from './format.ts'
import { treeParts } from './trees.ts'

const biasesOf = (model: FlatTable, outputs: number): Float64Array => {
  const several = model.doubles(trees.biases)
  const biases = several.length === 0 ? Float64Array.of(model.double(trees.bias, 0)) : several
  if (biases.length === 1 && outputs > 1) return new Float64Array(outputs).fill(biases[0] as number)
  if (biases.length !== outputs) throw invalid(`it has ${biases.length} biases for ${outputs} outputs`)
  return biases
}

/** A part of the model's information, which is JSON; undefined where it has none. */
const information = (root: FlatTable, name: string): unknown => {
  const entry = root.tables(core.info).find((one) => textOf(one.bytes(0)) === name)
  if (entry === undefined) return undefined
  try {
    return JSON.parse(textOf(entry.bytes(1)))
  } catch (cause) {
    throw scoringError('booster.invalid', { format, reason: `${name} is no JSON` }, { cause })
  }
}

const part = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

const classesOf = (root: FlatTable, count: number): Labels => {
  const about = information(root, 'class_params')
  const [names, type] = [part(about, 'class_names'), part(about, 'class_label_type')]
  if (!Array.isArray(names) || names.length !== count) throw invalid(`it does not name its ${count} classes`)
  if (type === 'Integer' && names.every((name): name is number => Number.isSafeInteger(name)))
    return { type: 'integer', values: names }
  if (type === 'String' && names.every((name): name is string => typeof name === 'string'))
    return { type: 'string', values: names }
  throw scoringError('model.parameter', { name: format, parameter: 'class_label_type', value: String(type) })
}

/** Losses whose sums are the prediction. */
const identityLosses: ReadonlySet<unknown> = new Set('RMSE MAE Quantile MAPE Huber LogCosh Lq Expectile'.split(' '))

const taskOf = (instance: Instance, root: FlatTable, outputs: number, isClassifier: boolean): BoostingTask => {
  const loss = part(part(information(root, 'params'), 'loss_function'), 'type')
  const unsupported = (): Error =>
    scoringError('model.parameter', { name: instance.className, parameter: 'loss_function', value: String(loss) })
  if (!isClassifier) {
    if (!identityLosses.has(loss) || outputs !== 1) throw unsupported()
    return { type: 'regression', link: 'identity' }
  }
  const isBinary = loss === 'Logloss' && outputs === 1
  if (!isBinary && !(loss === 'MultiClass' && outputs > 1)) throw unsupported()
  return {
    type: 'classification',
    classes: classesOf(root, isBinary ? 2 : outputs),
    probabilities: isBinary ? 'logistic' : 'softmax',
    zeroIsSecond: false,
    hasDecisionFunction: false,
    isColumn: !isBinary,
  }
}

const build =
  (isClassifier: boolean): Builder =>
  (instance, { withCover }) => {
    const { className: name, limits } = instance
    const bytes = bytesOf(instance.get('__model'))
    if (bytes === undefined) throw scoringError('model.notFitted', { name, attribute: '__model' })
    const { root, tables } = readCatBoost(bytes)
    const model = root.table(core.trees)
    refuseOtherFeatures(name, model)
    const outputs = model.number(trees.outputs, 1)
    if (outputs < 1 || outputs > 10_000) throw invalid(`it has ${outputs} outputs`)
    const { preparation, columns, splits } = featuresOf(name, model, tables)
    const boosting: BoostingModel = {
      kind: 'boosting',
      name,
      trees: joinTrees(treeParts(model, outputs, splits, limits), { name, columns, float32: true, withCover }),
      values: 'missing',
      outputs,
      learningRate: 1,
      start: { type: 'constant', values: biasesOf(model, outputs) },
      task: taskOf(instance, root, outputs, isClassifier),
    }
    // CatBoost calls what its leaves are otherwise.
    const methods = ['predict', 'predictProba', 'predictLogProba'] as const
    if (preparation === undefined) return { kind: 'delegate', name, model: boosting, methods }
    return { kind: 'delegate', name, model: { kind: 'pipeline', name, steps: [preparation, boosting] }, methods }
  }

const modules = 'catboost.core'

/** CatBoost, as its objects keep it in pickles: trees of numbers and categories. */
export const catboostWrappers: Family = {
  classes: {
    CatBoostRegressor: { modules, build: build(false) },
    CatBoostClassifier: { modules, build: build(true) },
  },
}
