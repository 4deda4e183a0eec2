import type { Builder, Family } from '../build/family.ts'
import type { Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import { type Limits, limitReached } from '../limits.ts'
import type { BoostingModel, BoostingTask } from '../model/boosting.ts'
import type { Instance } from '../python/instance.ts'
import { bytesOf } from '../python/values.ts'
import { type FlatTable, readFlatBuffer } from './flat-buffer.ts'
import { joinTrees, type TreePart } from './tree-parts.ts'

const format = 'CatBoost'
const invalid = (reason: string): Error => scoringError('booster.invalid', { format, reason })

/** Fields of the tables of catboost/libs/model/flatbuffers/model.fbs, by number. */
const core = { trees: 1, info: 2 } as const
const field = {
  outputs: 0,
  splits: 1,
  sizes: 2,
  categoryFeatures: 4,
  floatFeatures: 5,
  leafValues: 8,
  steps: 10,
  textFeatures: 12,
  scale: 14,
  bias: 15,
  biases: 16,
  embeddings: 18,
} as const
const ofFeature = { flatIndex: 2, borders: 3, missing: 5 } as const
/** Missing values are above every border; else they are below. */
const missingIsAbove = 2
const deepest = 16

/** One question: is the feature above the border? */
type Split = { readonly feature: number; readonly border: number; readonly missingLeft: number }

const splitsOf = (features: readonly FlatTable[]): readonly Split[] =>
  features.flatMap((feature) => {
    const missingLeft = feature.byte(ofFeature.missing, 0) === missingIsAbove ? 0 : 1
    const index = feature.number(ofFeature.flatIndex, 0)
    return Array.from(feature.floats(ofFeature.borders), (border) => ({ feature: index, border, missingLeft }))
  })

/** An oblivious tree, which asks the same question on each level, written out; leaf numbers have a bit a level, the first the lowest. */
const writtenOut = (levels: readonly Split[], valueOf: (leaf: number) => number): TreePart => {
  const inner = 2 ** levels.length - 1
  const count = 2 * inner + 1
  const part = {
    feature: new Int32Array(count),
    threshold: new Float64Array(count),
    left: new Int32Array(count).fill(-1),
    right: new Int32Array(count).fill(-1),
    missingLeft: new Uint8Array(count),
    values: new Float64Array(count),
    sets: new Map<number, Uint32Array>(),
    zeroIsMissing: undefined,
  }
  const leaf = new Int32Array(count)
  for (let node = 0, level = 0; node < count; node++) {
    if (node === 2 ** (level + 1) - 1) level++
    if (node >= inner) {
      part.values[node] = valueOf(leaf[node] as number)
      continue
    }
    const { feature, border, missingLeft } = levels[level] as Split
    const [left, right] = [2 * node + 1, 2 * node + 2]
    part.feature[node] = feature
    part.threshold[node] = border
    part.missingLeft[node] = missingLeft
    part.left[node] = left
    part.right[node] = right
    leaf[left] = leaf[node] as number
    leaf[right] = (leaf[node] as number) | (1 << level)
  }
  return part
}

const partsOf = (model: FlatTable, outputs: number, limits: Limits): readonly TreePart[] => {
  const splits = splitsOf(model.tables(field.floatFeatures))
  const questions = model.integers(field.splits)
  const leaves = model.doubles(field.leafValues)
  const scale = model.double(field.scale, 1)
  const parts: TreePart[] = []
  let [first, firstLeaf, nodes] = [0, 0, 0]
  for (const size of model.integers(field.sizes)) {
    if (size < 0 || size > deepest) throw invalid(`a tree has ${size} levels`)
    nodes += outputs * 2 ** (size + 1)
    if (nodes > limits.nodes) throw limitReached('nodes of trees', limits.nodes)
    const levels = Array.from(questions.subarray(first, first + size), (index) => {
      const split = splits[index]
      if (split === undefined) throw invalid(`a tree asks question ${index} of ${splits.length}`)
      return split
    })
    const count = outputs * 2 ** size
    if (levels.length !== size || firstLeaf + count > leaves.length) throw invalid('a tree is cut short')
    for (let output = 0; output < outputs; output++) {
      const start = firstLeaf + output
      parts.push(writtenOut(levels, (leaf) => scale * (leaves[start + leaf * outputs] as number)))
    }
    first += size
    firstLeaf += count
  }
  return parts
}

const biasesOf = (model: FlatTable, outputs: number): Float64Array => {
  const several = model.doubles(field.biases)
  const biases = several.length === 0 ? Float64Array.of(model.double(field.bias, 0)) : several
  if (biases.length === 1 && outputs > 1) return new Float64Array(outputs).fill(biases[0] as number)
  if (biases.length !== outputs) throw invalid(`it has ${biases.length} biases for ${outputs} outputs`)
  return biases
}

const decoder = new TextDecoder()

/** A part of the model's information, which is JSON; undefined where it has none. */
const information = (root: FlatTable, name: string): unknown => {
  const entry = root.tables(core.info).find((one) => decoder.decode(one.bytes(0)) === name)
  if (entry === undefined) return undefined
  try {
    return JSON.parse(decoder.decode(entry.bytes(1)))
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
  (instance) => {
    const { className: name, limits } = instance
    const bytes = bytesOf(instance.get('__model'))
    if (bytes === undefined) throw scoringError('model.notFitted', { name, attribute: '__model' })
    if (decoder.decode(bytes.subarray(0, 4)) !== 'CBM1') throw invalid('it does not begin with CBM1')
    const root = readFlatBuffer(bytes.subarray(8), format)
    const model = root.table(core.trees)
    for (const [kind, at] of [
      ['categories', field.categoryFeatures],
      ['texts', field.textFeatures],
      ['embeddings', field.embeddings],
    ] as const)
      if (model.tables(at).length > 0)
        throw scoringError('model.class', { name, why: `its features of ${kind} are not computed` })
    if (model.bytes(field.steps).length > 0)
      throw scoringError('model.class', { name, why: 'its trees are not symmetric' })
    const outputs = model.number(field.outputs, 1)
    if (outputs < 1 || outputs > 10_000) throw invalid(`it has ${outputs} outputs`)
    const columns = model.tables(field.floatFeatures).length
    const trees = joinTrees(partsOf(model, outputs, limits), { name, columns, float32: true })
    const boosting: BoostingModel = {
      kind: 'boosting',
      name,
      trees,
      values: 'missing',
      outputs,
      learningRate: 1,
      start: { type: 'constant', values: biasesOf(model, outputs) },
      task: taskOf(instance, root, outputs, isClassifier),
    }
    // CatBoost calls what its leaves are otherwise.
    return { kind: 'delegate', name, model: boosting, methods: ['predict', 'predictProba', 'predictLogProba'] }
  }

const modules = 'catboost.core'

/** CatBoost, as its objects keep it in pickles: symmetric trees of numbers. */
export const catboostWrappers: Family = {
  classes: {
    CatBoostRegressor: { modules, build: build(false) },
    CatBoostClassifier: { modules, build: build(true) },
  },
}
