import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { Sparse } from '../data/data.ts'
import { limitReached } from '../limits.ts'
import type { Model } from '../model/model.ts'
import type { TermColumns, TermCountsModel } from '../model/term-counts.ts'
import { scalarOf } from '../numpy/scalar.ts'
import { isSparseMatrix, sparseOf } from '../scipy/sparse.ts'
import type { Value } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import type { Instance } from '../python/instance.ts'
import { globalOf } from '../python/names.ts'
import { pairsOf } from '../python/values.ts'
import { parsePattern } from '../regex/parse.ts'
import { PatternError } from '../regex/pattern.ts'
import { programOf } from '../regex/program.ts'
import type { Accents } from '../text/accents.ts'
import type { Analysis } from '../text/analyzer.ts'
import { englishStopWords } from '../text/stop-words.ts'
import { normCalled } from './scalers.ts'

const longestNgram = 256

const unsupported = (instance: Instance, parameter: string, value: string) =>
  scoringError('model.parameter', { name: instance.className, parameter, value })

/** A parameter that must be one of some texts; a function of the user cannot be run. */
const oneOf = <T extends string>(instance: Instance, parameter: string, otherwise: T, options: readonly T[]): T => {
  const value = instance.get(parameter) ?? otherwise
  const found = options.find((option) => option === value)
  if (found !== undefined) return found
  throw unsupported(instance, parameter, typeof value === 'string' ? value : describe(value))
}

const analysisOf = (instance: Instance): Analysis => {
  for (const parameter of ['preprocessor', 'tokenizer']) {
    const value = instance.get(parameter)
    if (value !== undefined) throw unsupported(instance, parameter, describe(value))
  }
  oneOf(instance, 'input', 'content', ['content'])
  const unit = oneOf(instance, 'analyzer', 'word', ['word', 'char', 'char_wb'])
  const tokenPattern = instance.textOr('token_pattern', String.raw`(?u)\b\w\w+\b`)
  if (unit === 'word') checkPattern(instance, tokenPattern)
  return {
    unit,
    isLowercase: instance.boolean('lowercase', true),
    accents: accentsOf(instance),
    tokenPattern,
    stopWords: stopWordsOf(instance),
    ngrams: ngramsOf(instance),
  }
}

const checkPattern = (instance: Instance, pattern: string): void => {
  try {
    programOf(parsePattern(pattern))
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw unsupported(instance, 'token_pattern', `"${pattern.slice(0, 200)}" (${error.message})`)
  }
}

const accentsOf = (instance: Instance): Accents => {
  const value = instance.get('strip_accents')
  if (value === undefined || value === false) return undefined
  const accents = oneOf(instance, 'strip_accents', 'ascii', ['ascii', 'unicode'])
  return accents === 'unicode' && !instance.isSince(0, 22) ? 'unicode-before-0.22' : accents
}

const stopWordsOf = (instance: Instance): readonly string[] => {
  const value = instance.get('stop_words')
  if (value === undefined) return []
  if (typeof value === 'string') {
    oneOf(instance, 'stop_words', 'english', ['english'])
    return englishStopWords
  }
  return instance.items('stop_words').flatMap((item) => {
    const scalar = scalarOf(item)
    return scalar?.type === 'string' ? [scalar.value] : []
  })
}

const ngramsOf = (instance: Instance): readonly [number, number] => {
  const [min, max] = instance.get('ngram_range') === undefined ? [1, 1] : instance.floats('ngram_range', 2)
  if (!Number.isInteger(min) || !Number.isInteger(max)) throw instance.wrong('ngram_range', 'two whole numbers')
  const [from, to] = [min as number, max as number]
  if (to > longestNgram) throw limitReached('n-grams of a length', longestNgram, { found: to })
  if (from < 1 || from > to) throw instance.wrong('ngram_range', 'two numbers from 1, the second not below the first')
  return [from, to]
}

/** Texts and their columns; every column below the number of texts, as the library makes them. */
const columnsOf = (
  instance: Instance,
  attribute: string,
  pairs: readonly (readonly [Value, Value])[],
): { readonly terms: readonly string[]; readonly columns: Int32Array } => {
  const terms: string[] = []
  const columns: number[] = []
  for (const [term, index] of pairs) {
    const text = scalarOf(term)
    const column = Number(scalarOf(index)?.value)
    // Checked first for all: an index is a size in disguise.
    if (column > instance.limits.nodes)
      throw limitReached('terms of a vocabulary', instance.limits.nodes, { found: column })
    if (text?.type !== 'string') throw instance.wrong(attribute, 'a dict of texts')
    terms.push(text.value)
    columns.push(column)
  }
  if (columns.some((column) => !(Number.isInteger(column) && column >= 0 && column < terms.length)))
    throw instance.wrong(attribute, `a dict of indices below ${terms.length}`)
  return { terms, columns: Int32Array.from(columns) }
}

const vocabularyOf = (instance: Instance): TermColumns => {
  // A vocabulary that was given needs no fitting: 0.20 and before keep only the parameter then.
  const attribute =
    instance.has('vocabulary_') || instance.get('vocabulary') === undefined ? 'vocabulary_' : 'vocabulary'
  const pairs = pairsOf(instance.need(attribute)) ?? ordered(instance, attribute)
  const { terms, columns } = columnsOf(instance, attribute, pairs)
  if (terms.length === 0) throw instance.wrong(attribute, 'at least one term')
  return { type: 'vocabulary', terms, columns, width: terms.length }
}

/** A list of terms is in the order of its columns. */
const ordered = (instance: Instance, attribute: string): readonly (readonly [Value, Value])[] =>
  instance.items(attribute).map((term, at) => [term, at])

const counts = (instance: Instance): TermCountsModel => ({
  kind: 'termCounts',
  name: instance.className,
  analysis: analysisOf(instance),
  terms: vocabularyOf(instance),
  isBinary: instance.boolean('binary'),
  singleOrder: orderOfCounts(instance),
})

const widthOf = (instance: Instance): number => instance.integer('n_features', { min: 1 })

const isSigned = (instance: Instance): boolean => {
  // 0.20 and before: signs that are dropped after features were added up.
  if (instance.boolean('non_negative')) throw unsupported(instance, 'non_negative', 'True')
  return instance.boolean('alternate_sign', true)
}

const hashed: Builder = (instance) => {
  const { className: name } = instance
  const terms: TermColumns = { type: 'hash', width: widthOf(instance), isSigned: isSigned(instance) }
  const model: Model = {
    kind: 'termCounts',
    name,
    analysis: analysisOf(instance),
    terms,
    isBinary: instance.boolean('binary'),
    singleOrder: orderOfCounts(instance),
  }
  const norm = instance.textOr('norm', undefined)
  if (norm === undefined) return model
  return {
    kind: 'pipeline',
    name,
    steps: [model, normed(instance, norm, terms.width, model.singleOrder !== undefined)],
  }
}

/** Counts of float32 keep their weights and lengths in float32. */
const orderOfCounts = (instance: Instance): Sparse['singleOrder'] =>
  globalOf(instance.get('dtype') ?? null)?.name === 'float32' ? 'ascending' : undefined

/** Before 1.5 weights were a diagonal matrix, the product with which has its columns backwards; before 0.20 one of float64. */
const orderOfWeighted = (transformer: Instance, counts: Sparse['singleOrder']): Sparse['singleOrder'] => {
  if (counts === undefined || !transformer.has('_idf_diag')) return counts
  return transformer.isSince(0, 20) ? 'descending' : undefined
}

const normed = (instance: Instance, norm: string, columns: number | undefined, isSingle = false): Model => ({
  kind: 'norms',
  name: instance.className,
  columns,
  norm: normCalled(instance, norm),
  isSingle,
})

/** Weights of a fitted TfidfTransformer: `idf_` since 1.5, before a diagonal matrix. */
const idfOf = (instance: Instance): Float64Array => {
  const diagonal = instance.get('_idf_diag')
  if (diagonal === undefined) return instance.floats('idf_')
  if (!isSparseMatrix(diagonal)) throw instance.wrong('_idf_diag', 'a diagonal matrix')
  const { rows, columns, starts, indices, values } = sparseOf(diagonal, instance.limits)
  if (
    rows !== columns ||
    indices.some((column, i) => i < (starts[column] as number) || i >= (starts[column + 1] as number))
  )
    throw instance.wrong('_idf_diag', 'a diagonal matrix')
  const weights = new Float64Array(columns)
  for (const [i, column] of indices.entries()) weights[column] = values[i] as number
  return weights
}

const weightsModel = (instance: Instance, columns: number | undefined, singleOrder: Sparse['singleOrder']): Model => {
  const { className: name } = instance
  const weights = instance.boolean('use_idf', true) ? idfOf(instance) : undefined
  if (weights !== undefined && columns !== undefined && weights.length !== columns)
    throw instance.wrong('idf_', `${columns} numbers`)
  const width = weights?.length ?? columns
  const model: Model = {
    kind: 'termWeights',
    name,
    columns: width,
    isSublinear: instance.boolean('sublinear_tf'),
    weights,
    singleOrder,
  }
  const norm = instance.textOr('norm', undefined)
  return norm === undefined
    ? model
    : { kind: 'pipeline', name, steps: [model, normed(instance, norm, width, singleOrder !== undefined)] }
}

const tfidfTransformer: Builder = (instance) => weightsModel(instance, undefined, undefined)

const tfidfVectorizer: Builder = (instance) => {
  const model = counts(instance)
  const transformer = instance.instance('_tfidf')
  return {
    kind: 'pipeline',
    name: instance.className,
    steps: [model, weightsModel(transformer, model.terms.width, orderOfWeighted(transformer, model.singleOrder))],
  }
}

const dictVectorizer: Builder = (instance) => {
  const { terms, columns } = columnsOf(instance, 'vocabulary_', instance.pairs('vocabulary_'))
  return {
    kind: 'mappedFeatures',
    name: instance.className,
    features: terms,
    columns,
    separator: instance.textOr('separator', '='),
    isSparse: instance.boolean('sparse', true),
  }
}

const featureHasher: Builder = (instance) => {
  oneOf(instance, 'input_type', 'dict', ['dict'])
  return { kind: 'hashedFeatures', name: instance.className, width: widthOf(instance), isSigned: isSigned(instance) }
}

const text = 'sklearn.feature_extraction.text'

/** Texts and mappings as numbers. */
export const featureExtraction: Family = {
  classes: {
    CountVectorizer: { modules: text, build: counts },
    TfidfVectorizer: { modules: text, build: tfidfVectorizer },
    TfidfTransformer: { modules: text, build: tfidfTransformer },
    HashingVectorizer: { modules: text, build: hashed },
    DictVectorizer: {
      modules: 'sklearn.feature_extraction.dict_vectorizer sklearn.feature_extraction._dict_vectorizer',
      build: dictVectorizer,
    },
    FeatureHasher: {
      modules: 'sklearn.feature_extraction.hashing sklearn.feature_extraction._hash',
      build: featureHasher,
    },
    PatchExtractor: { modules: 'sklearn.feature_extraction.image', unsupported: 'its rows are images' },
  },
}
