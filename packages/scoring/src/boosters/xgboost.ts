import { scoringError } from '../errors.ts'
import type { BoosterModel, BoosterTransform } from '../model/booster.ts'
import type { BoosterAbout } from './about.ts'
import { joinTrees, type TreePart } from './tree-parts.ts'
import { type Json, readUbjson } from './ubjson.ts'

/** What an XGBoost model says, before it is known whether classes stand behind its outputs. */
export type XgboostModel = Omit<BoosterModel, 'name' | 'classes' | 'hasDecisionFunction' | 'hasApply'>

const invalid = (reason: string) => scoringError('booster.invalid', { format: 'XGBoost', reason })

/** An object of the file, read with the types that it must have. */
class Fields {
  readonly #where: string
  readonly #fields: { readonly [key: string]: Json }

  constructor(value: Json | undefined, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Float64Array)
      throw invalid(`${where} is no object`)
    this.#where = where
    this.#fields = value as { readonly [key: string]: Json }
  }

  get(key: string): Json | undefined {
    return Object.hasOwn(this.#fields, key) ? this.#fields[key] : undefined
  }

  object(key: string): Fields {
    return new Fields(this.get(key), key)
  }

  text(key: string): string {
    const value = this.get(key)
    if (typeof value !== 'string') throw invalid(`${key} of ${this.#where} is no text`)
    return value
  }

  /** Parameters are texts, also of numbers. */
  whole(key: string, otherwise?: number): number {
    const given = this.get(key)
    const value = given === undefined && otherwise !== undefined ? otherwise : Number(given)
    if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1)
      throw invalid(`${key} of ${this.#where} is no whole number`)
    return value
  }

  list(key: string): readonly Json[] {
    const value = this.get(key)
    if (!Array.isArray(value)) throw invalid(`${key} of ${this.#where} is no list`)
    return value
  }

  numbers(key: string, length?: number): Float64Array {
    const value = this.get(key)
    const numbers = value instanceof Float64Array ? value : Float64Array.from(this.list(key), numberOf)
    if (numbers.some(Number.isNaN)) throw invalid(`${key} of ${this.#where} has what is no number`)
    if (length !== undefined && numbers.length !== length)
      throw invalid(`${key} of ${this.#where} has ${numbers.length} numbers, not ${length}`)
    return numbers
  }
}

const numberOf = (value: Json): number =>
  typeof value === 'number' || typeof value === 'boolean' ? Number(value) : Number.NaN

export const isXgboostJson = (start: string): boolean => /^\s*\{\s*"(learner|version|Config|Model)"/.test(start)

/** The start of UBJSON: an object whose first key has a length of eight bytes. */
export const isXgboostUbjson = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7b && bytes[1] === 0x4c && bytes[2] === 0 && bytes[3] === 0

/** Reads JSON or UBJSON: a model file, or what a pickled Booster keeps, where the model stands beside its settings. */
export const readXgboost = (name: string, bytes: Uint8Array, withCover: boolean): XgboostModel =>
  modelOf(name, fileOf(bytes), withCover)

/** The same, with what the file says beside the trees. */
export const openXgboost = (
  name: string,
  bytes: Uint8Array,
  withCover: boolean,
): { readonly model: XgboostModel; readonly about: BoosterAbout } => {
  const file = fileOf(bytes)
  const model = modelOf(name, file, withCover)
  return { model, about: aboutOf(file, model.trees.columns) }
}

/** The version of the library that wrote it, whether the model can be scored or not. */
export const xgboostVersion = (bytes: Uint8Array): string => fileOf(bytes).numbers('version', 3).join('.')

const modelOf = (name: string, file: Fields, withCover: boolean): XgboostModel => {
  const learner = file.object('learner')
  const parameters = learner.object('learner_model_param')
  const booster = learner.object('gradient_booster')
  const kind = booster.text('name')
  if (kind !== 'gbtree' && kind !== 'dart')
    throw scoringError('model.parameter', { name, parameter: 'booster', value: kind.slice(0, 60) })
  const model = (kind === 'dart' ? booster.object('gbtree') : booster).object('model')
  refuseRecoding(name, model)
  const columns = parameters.whole('num_feature')
  const outputs = Math.max(parameters.whole('num_class'), parameters.whole('num_target', 1), 1)
  const all = model.list('trees')
  const used = usedTrees(learner, model, all.length, outputs)
  const parts = all.slice(0, used).map((tree) => readTree(name, new Fields(tree, 'a tree')))
  const outputOf = Int32Array.from(model.numbers('tree_info', all.length).subarray(0, used))
  if (outputOf.some((output) => output < 0 || output >= outputs))
    throw invalid('tree_info names an output that is none')
  const objective = objectiveOf(name, learner.object('objective'), file.numbers('version', 3))
  return {
    kind: 'booster',
    trees: joinTrees(parts, { name, columns, float32: true, withCover }),
    values: 'missing',
    outputs,
    outputOf,
    weights:
      kind === 'dart' ? booster.numbers('weight_drop', all.length).map(Math.fround).subarray(0, used) : undefined,
    start: startOf(parameters.get('base_score'), outputs, objective.margin),
    divisor: 1,
    float32: true,
    transform: objective.transform,
  }
}

const fileOf = (bytes: Uint8Array): Fields => {
  const root = new Fields(isXgboostUbjson(bytes) ? readUbjson(bytes) : parseJson(bytes), 'the file')
  return root.get('Model') === undefined ? root : root.object('Model')
}

const aboutOf = (file: Fields, columns: number): BoosterAbout => {
  const learner = file.object('learner')
  const names = learner.get('feature_names') === undefined ? [] : learner.list('feature_names')
  const own = names.filter((name) => typeof name === 'string')
  return {
    library: 'XGBoost',
    version: file.numbers('version', 3).join('.'),
    featureNames: own.length === columns && own.length > 0 ? own : undefined,
    parameters: [
      { name: 'booster', value: learner.object('gradient_booster').text('name') },
      { name: 'objective', value: learner.object('objective').text('name') },
    ],
  }
}

const parseJson = (bytes: Uint8Array): Json => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'it is no JSON')
  }
}

/** Version 3.1 and newer recode the categories of a table; those models keep the categories' names. */
const refuseRecoding = (name: string, model: Fields): void => {
  const categories = model.get('cats')
  if (categories !== undefined && new Fields(categories, 'cats').list('enc').length > 0)
    throw scoringError('model.parameter', {
      name,
      parameter: 'enable_categorical',
      value: 'true with categories by name',
    })
}

/** With early stopping, only the trees up to the best iteration count. */
const usedTrees = (learner: Fields, model: Fields, count: number, outputs: number): number => {
  const attributes = learner.get('attributes')
  const best = attributes === undefined ? undefined : new Fields(attributes, 'attributes').get('best_iteration')
  if (best === undefined) return count
  const iterations = Number(best) + 1
  if (!Number.isInteger(iterations) || iterations < 1) throw invalid('best_iteration is no whole number')
  if (model.get('iteration_indptr') !== undefined) {
    const used = model.numbers('iteration_indptr')[iterations] ?? count
    return Math.min(count, used)
  }
  const parallel = model.object('gbtree_model_param').whole('num_parallel_tree', 1)
  return Math.min(count, iterations * outputs * Math.max(parallel, 1))
}

const readTree = (name: string, tree: Fields): TreePart => {
  const parameters = tree.object('tree_param')
  if (parameters.whole('size_leaf_vector', 1) > 1)
    throw scoringError('model.parameter', { name, parameter: 'multi_strategy', value: 'multi_output_tree' })
  const left = Int32Array.from(tree.numbers('left_children'))
  const count = left.length
  const right = Int32Array.from(tree.numbers('right_children', count))
  const values = tree.numbers('split_conditions', count).map(Math.fround)
  const missingLeft = Uint8Array.from(tree.numbers('default_left', count))
  const types = tree.get('split_type') === undefined ? undefined : tree.numbers('split_type', count)
  const sets = new Map<number, Uint32Array>()
  for (const [node, words] of readCategories(tree)) {
    if (types?.[node] !== 1 || left[node] === -1) continue
    // Here the categories of the set go right.
    sets.set(node, words)
    const child = left[node] as number
    left[node] = right[node] as number
    right[node] = child
    missingLeft[node] = missingLeft[node] === 1 ? 0 : 1
  }
  if (types?.some((type, node) => type === 1 && left[node] !== -1 && !sets.has(node)))
    throw invalid('a tree has no categories for a node that asks for them')
  return {
    feature: Int32Array.from(tree.numbers('split_indices', count)),
    // Less than: at most the float32 before.
    threshold: values.map((value, node) => (sets.has(node) || left[node] === -1 ? 0 : float32Before(value))),
    left,
    right,
    missingLeft,
    values,
    sets,
    zeroIsMissing: undefined,
    cover: () => tree.numbers('sum_hessian', count),
  }
}

const categoryLimit = 2 ** 24

/** The set of each node that has one, in the order of the nodes. */
const readCategories = (tree: Fields): readonly (readonly [number, Uint32Array])[] => {
  if (tree.get('categories_nodes') === undefined) return []
  const nodes = tree.numbers('categories_nodes')
  const starts = tree.numbers('categories_segments', nodes.length)
  const sizes = tree.numbers('categories_sizes', nodes.length)
  const all = tree.numbers('categories')
  return [...nodes]
    .map((node, index): [number, Uint32Array] => {
      const start = starts[index] as number
      const categories = all.subarray(start, start + (sizes[index] as number))
      const highest = categories.reduce((most, category) => Math.max(most, category), 0)
      if (highest >= categoryLimit || categories.some((category) => category < 0 || !Number.isInteger(category)))
        throw invalid('a category is no whole number below 16,777,216')
      const words = new Uint32Array(Math.floor(highest / 32) + 1)
      for (const category of categories)
        words[category >> 5] = (words[category >> 5] as number) | (1 << (category & 31))
      return [node, words]
    })
    .toSorted(([a], [b]) => a - b)
}

const scratch = new DataView(new ArrayBuffer(4))

const float32Before = (value: number): number => {
  if (value === 0) return -(2 ** -149)
  if (value === -Infinity || Number.isNaN(value)) return value
  scratch.setFloat32(0, value)
  const bits = scratch.getInt32(0)
  scratch.setInt32(0, value > 0 ? bits - 1 : bits + 1)
  return scratch.getFloat32(0)
}

type Margin = 'identity' | 'log' | 'logit'

/** `base_score` is of the scale of predictions: one number, or since 3.1 a list of one for each output, as text. */
const startOf = (given: Json | undefined, outputs: number, margin: Margin): Float64Array => {
  const scores = String(given ?? '0.5')
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map(Number)
  if (scores.some(Number.isNaN) || (scores.length !== 1 && scores.length !== outputs))
    throw invalid('base_score is no number')
  const round = Math.fround
  return Float64Array.from({ length: outputs }, (_, output) => {
    const score = round(scores.length === 1 ? (scores[0] as number) : (scores[output] as number))
    if (margin === 'log') return round(Math.log(score))
    return margin === 'logit' ? -round(Math.log(round(round(1 / score) - 1))) : score
  })
}

const objectiveOf = (
  name: string,
  objective: Fields,
  [major = 0, minor = 0]: Float64Array,
): { readonly transform: BoosterTransform; readonly margin: Margin } => {
  const kind = objective.text('name')
  switch (kind) {
    case 'binary:logistic':
    case 'reg:logistic':
      return { transform: { type: 'logistic', scale: 1 }, margin: 'logit' }
    case 'binary:logitraw':
      // From 3.1 on, its base score is a raw one.
      return {
        transform: { type: 'identity' },
        margin: major > 3 || (major === 3 && minor >= 1) ? 'identity' : 'logit',
      }
    case 'binary:hinge':
      return { transform: { type: 'above-zero' }, margin: 'identity' }
    case 'multi:softprob':
      return { transform: { type: 'softmax' }, margin: 'identity' }
    case 'count:poisson':
    case 'reg:gamma':
    case 'reg:tweedie':
    case 'survival:cox':
    case 'survival:aft':
      return { transform: { type: 'exp' }, margin: 'log' }
    case 'reg:squarederror':
    case 'reg:linear':
    case 'reg:squaredlogerror':
    case 'reg:pseudohubererror':
    case 'reg:absoluteerror':
    case 'reg:quantileerror':
    case 'rank:pairwise':
    case 'rank:ndcg':
    case 'rank:map':
      return { transform: { type: 'identity' }, margin: 'identity' }
    default:
      throw scoringError('model.parameter', { name, parameter: 'objective', value: kind.slice(0, 60) })
  }
}
