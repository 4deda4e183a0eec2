import { scoringError } from '../errors.ts'
import type { BoosterModel, BoosterTransform } from '../model/booster.ts'
import type { BoosterAbout } from './about.ts'
import { joinTrees, type TreePart } from './tree-parts.ts'

/** What a LightGBM model text says, before it is known whether classes stand behind its outputs. */
export type LightgbmText = Omit<BoosterModel, 'name' | 'classes' | 'hasDecisionFunction' | 'hasApply'>

export const isLightgbmText = (text: string): boolean => /^tree\r?\nversion=v\d/.test(text)

const invalid = (reason: string) => scoringError('booster.invalid', { format: 'LightGBM', reason })

type Lines = ReadonlyMap<string, string>

const linesOf = (block: string): Lines => {
  const lines = new Map<string, string>()
  for (const line of block.split(/\r?\n/)) {
    const equals = line.indexOf('=')
    if (equals > 0) lines.set(line.slice(0, equals), line.slice(equals + 1))
    else if (line !== '') lines.set(line, '')
  }
  return lines
}

type ReadOptions = {
  /** How many of them count; all where it is undefined. */
  readonly iterations?: number | undefined
  readonly withCover: boolean
}

/** Reads LightGBM's text format. */
export const readLightgbm = (name: string, text: string, { iterations, withCover }: ReadOptions): LightgbmText => {
  const end = text.indexOf('\nend of trees')
  if (end < 0) throw invalid('the line "end of trees" is missing')
  const [head = '', ...blocks] = text.slice(0, end).split(/\r?\nTree=\d+\r?\n/)
  const header = linesOf(head)
  const categorical = /\npandas_categorical:(.*)/.exec(text.slice(end))?.[1]?.trim() ?? 'null'
  if (categorical !== 'null' && categorical !== '[]')
    throw scoringError('model.parameter', { name, parameter: 'pandas_categorical', value: categorical.slice(0, 60) })
  const columns = whole(header, 'max_feature_idx') + 1
  const outputs = whole(header, 'num_tree_per_iteration')
  if (outputs < 1 || blocks.length % outputs !== 0) throw invalid(`${blocks.length} trees for ${outputs} outputs`)
  const used = iterations === undefined ? blocks : blocks.slice(0, iterations * outputs)
  const parts = used.map((block, index) => readTree(name, linesOf(block), index))
  return {
    kind: 'booster',
    trees: joinTrees(parts, { name, columns, float32: false, withCover }),
    values: 'any',
    outputs,
    outputOf: Int32Array.from(parts, (_, index) => index % outputs),
    weights: undefined,
    start: new Float64Array(outputs),
    divisor: header.has('average_output') ? Math.max(1, parts.length / outputs) : 1,
    float32: false,
    transform: transformOf(name, header.get('objective') ?? ''),
  }
}

/** What the file says beside the trees: names that are not LightGBM's own numbering, and the parameters of the training. */
export const aboutLightgbm = (text: string, columns: number): BoosterAbout => {
  const end = text.indexOf('\nend of trees')
  const header = linesOf(text.slice(0, text.indexOf('\nTree=')))
  const names = (header.get('feature_names') ?? '').split(' ')
  const isNumbering = names.every((name, index) => name === `Column_${index}`)
  const block = /\nparameters:\s*\n([\s\S]*?)\nend of parameters/.exec(text.slice(end))?.[1] ?? ''
  const parameters = block.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^\[(\w+): (.*)\]$/.exec(line) ?? []
    return name === undefined || value === undefined || value === '' ? [] : [{ name, value: value.slice(0, 120) }]
  })
  return {
    library: 'LightGBM',
    // The file names the version of its format only.
    version: null,
    featureNames: names.length === columns && !isNumbering ? names : undefined,
    parameters: parameters.length > 0 ? parameters : [{ name: 'objective', value: header.get('objective') ?? 'none' }],
  }
}

const whole = (lines: Lines, key: string): number => {
  const value = Number(lines.get(key) ?? Number.NaN)
  if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 2) throw invalid(`${key} is no whole number`)
  return value
}

const numbers = (lines: Lines, key: string, length: number): Float64Array => {
  const text = lines.get(key)?.trim() ?? ''
  const values = text === '' ? [] : text.split(' ').map(numberOf)
  if (values.length !== length || values.some(Number.isNaN)) throw invalid(`${key} does not have ${length} numbers`)
  return Float64Array.from(values)
}

const numberOf = (text: string): number => {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return text === '' ? Number.NaN : Number(text)
}

/** Bits of `decision_type`. */
const asksForCategory = 1
const missingGoesLeft = 2
const missingTypes = ['none', 'zero', 'nan'] as const

/** Inner nodes come first, then the leaves; a negative child -1 - i is leaf i. */
const readTree = (name: string, lines: Lines, index: number): TreePart => {
  const leaves = whole(lines, 'num_leaves')
  if (leaves < 1) throw invalid(`tree ${index} has no leaf`)
  if (lines.get('is_linear')?.trim() === '1')
    throw scoringError('model.parameter', { name, parameter: 'linear_tree', value: 'true' })
  const inner = leaves - 1
  const size = inner + leaves
  const values = new Float64Array(size)
  values.set(numbers(lines, 'leaf_value', leaves), inner)
  const part = {
    feature: new Int32Array(size),
    threshold: new Float64Array(size),
    left: new Int32Array(size).fill(-1),
    right: new Int32Array(size).fill(-1),
    missingLeft: new Uint8Array(size),
    zeroIsMissing: new Uint8Array(size),
    values,
    sets: new Map<number, Uint32Array>(),
    cover: () => coverOf(lines, inner, leaves),
  }
  if (inner === 0) return part
  const read = (key: string): Float64Array => numbers(lines, key, inner)
  part.feature.set(read('split_feature'))
  part.threshold.set(read('threshold'))
  const [types, lefts, rights] = [read('decision_type'), read('left_child'), read('right_child')]
  const categories = whole(lines, 'num_cat') === 0 ? undefined : readCategories(lines)
  for (let node = 0; node < inner; node++) {
    const child = (index: number): number => (index < 0 ? inner - 1 - index : index)
    part.left[node] = child(lefts[node] as number)
    part.right[node] = child(rights[node] as number)
    const type = types[node] as number
    if ((type & asksForCategory) !== 0) {
      const set = categories?.[part.threshold[node] as number]
      if (set === undefined) throw invalid(`tree ${index} has no categories for node ${node}`)
      // A missing category, like an unknown one, goes right.
      part.sets.set(node, set)
      continue
    }
    const missing = missingTypes[(type >> 2) & 3]
    const goesLeft = missing === 'none' ? 0 <= (part.threshold[node] as number) : (type & missingGoesLeft) !== 0
    part.missingLeft[node] = goesLeft ? 1 : 0
    part.zeroIsMissing[node] = missing === 'zero' ? 1 : 0
  }
  return part
}

/** Counts of rows; a tree of one leaf need not have any. */
const coverOf = (lines: Lines, inner: number, leaves: number): Float64Array => {
  const cover = new Float64Array(inner + leaves)
  if (inner === 0) return cover
  cover.set(numbers(lines, 'internal_count', inner))
  cover.set(numbers(lines, 'leaf_count', leaves), inner)
  return cover
}

const readCategories = (lines: Lines): readonly Uint32Array[] => {
  const count = whole(lines, 'num_cat')
  const boundaries = numbers(lines, 'cat_boundaries', count + 1)
  const words = Uint32Array.from(numbers(lines, 'cat_threshold', boundaries[count] as number))
  return Array.from({ length: count }, (_, index) => words.subarray(boundaries[index], boundaries[index + 1]))
}

/** From the raw sum to what `predict` gives, by the objective and its arguments: `binary sigmoid:1`. */
const transformOf = (name: string, objective: string): BoosterTransform => {
  const [kind = '', ...rest] = objective.trim().split(' ')
  const scale = Number(rest.find((one) => one.startsWith('sigmoid:'))?.slice(8) ?? 1)
  switch (kind) {
    case 'binary':
    case 'multiclassova':
      return { type: 'logistic', scale }
    case 'cross_entropy':
      return { type: 'logistic', scale: 1 }
    case 'multiclass':
      return { type: 'softmax' }
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return { type: 'exp' }
    case 'cross_entropy_lambda':
      return { type: 'log1p-exp' }
    case 'regression':
    case 'regression_l1':
    case 'huber':
    case 'fair':
    case 'quantile':
    case 'mape':
      return { type: rest.includes('sqrt') ? 'square' : 'identity' }
    case 'lambdarank':
    case 'rank_xendcg':
    case 'custom':
    case '':
      return { type: 'identity' }
    default:
      throw scoringError('model.parameter', { name, parameter: 'objective', value: kind.slice(0, 60) })
  }
}
