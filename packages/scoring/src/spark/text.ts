import { scoringError } from '../errors.ts'
import { PatternError } from '../regex/pattern.ts'
import { javaPattern } from '../regex/java-matches.ts'
import type { Model } from '../model/model.ts'
import type { Stage } from '../stages/stage.ts'
import type { CaseLanguage } from '../text/java-lower-case.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { inputsAndOutputs } from './columns.ts'
import type { Saved } from './saved.ts'

const stage = (saved: Saved, made: Stage): Model => ({ kind: 'stage', name: saved.name, stage: made })
const names = (saved: Saved) => ({ input: saved.text('inputCol'), output: saved.text('outputCol') })

const tokenizer: SparkBuilder = (saved) =>
  stage(saved, {
    kind: 'tokenizer',
    ...names(saved),
    isLowercase: true,
    pattern: String.raw`\s`,
    areGaps: true,
    minLength: 0,
  })

const regexTokenizer: SparkBuilder = (saved) => {
  const pattern = saved.text('pattern')
  try {
    javaPattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    const value = `"${pattern.slice(0, 200)}" (${error.message})`
    throw scoringError('model.parameter', { name: saved.name, parameter: 'pattern', value })
  }
  return stage(saved, {
    kind: 'tokenizer',
    ...names(saved),
    isLowercase: saved.boolean('toLowercase'),
    pattern,
    areGaps: saved.boolean('gaps'),
    minLength: saved.number('minTokenLength'),
  })
}

/** Of a locale such as "tr_TR" Java makes a language of that name here, which has no letters of its own. */
const caseLanguages: readonly CaseLanguage[] = ['tr', 'az', 'lt']

const stopWords: SparkBuilder = (saved) => {
  const locale = saved.has('locale') ? saved.text('locale').toLowerCase() : ''
  const language = caseLanguages.find((one) => one === locale)
  return stage(saved, {
    kind: 'stopWords',
    columns: inputsAndOutputs(saved),
    words: saved.texts('stopWords'),
    isCaseSensitive: saved.boolean('caseSensitive'),
    ...(language === undefined ? {} : { language }),
  })
}

const ngram: SparkBuilder = (saved) => {
  const length = saved.number('n')
  if (!(Number.isInteger(length) && length >= 1)) throw saved.wrong('n', 'a whole number from 1')
  return stage(saved, { kind: 'wordRuns', ...names(saved), length })
}

const countVectorizer: SparkBuilder = (saved) => {
  const vocabulary = saved.row('data').texts('vocabulary')
  if (new Set(vocabulary).size !== vocabulary.length) throw saved.mismatch('vocabulary', 'words that differ')
  const least = saved.number('minTF')
  if (!(least >= 0)) throw saved.wrong('minTF', 'a number from 0')
  return stage(saved, { kind: 'termCounts', ...names(saved), vocabulary, least, isBinary: saved.boolean('binary') })
}

const sizeOf = (saved: Saved): number => {
  const size = saved.number('numFeatures')
  if (!(Number.isInteger(size) && size >= 1 && size < 2 ** 31)) throw saved.wrong('numFeatures', 'a number from 1')
  return size
}

const hashingTf: SparkBuilder = (saved) =>
  stage(saved, {
    kind: 'hashedTerms',
    ...names(saved),
    size: sizeOf(saved),
    isBinary: saved.boolean('binary'),
    isOld: saved.isBefore(3),
  })

const featureHasher: SparkBuilder = (saved) =>
  stage(saved, {
    kind: 'hashedColumns',
    inputs: saved.texts('inputCols'),
    output: saved.text('outputCol'),
    size: sizeOf(saved),
    categories: saved.has('categoricalCols') ? saved.texts('categoricalCols') : [],
  })

const wordToVector: SparkBuilder = (saved) => {
  const size = saved.number('vectorSize')
  if (!(Number.isInteger(size) && size >= 1)) throw saved.wrong('vectorSize', 'a whole number from 1')
  const { words, vectors } = (saved.isBefore(2, 2) ? vectorsInOneRow : vectorsInRows)(saved, size)
  // Spark learns from a word at least; without any, nothing would say that vectors are as long as that.
  if (words.length === 0) throw saved.mismatch('word', 'a word at least')
  return stage(saved, { kind: 'wordVectors', ...names(saved), size, words, vectors })
}

type WordTable = { readonly words: readonly string[]; readonly vectors: Float64Array }

const vectorsInRows = (saved: Saved, size: number): WordTable => {
  const rows = saved.rows('data')
  const words = rows.map((row) => row.text('word'))
  if (new Set(words).size !== words.length) throw saved.mismatch('word', 'words that differ')
  const lists = rows.map((row) => row.numbers('vector'))
  if (lists.some(({ length }) => length !== size)) throw saved.mismatch('vector', `${size} numbers`)
  const vectors = new Float64Array(words.length * size)
  for (const [index, list] of lists.entries()) vectors.set(list, index * size)
  return { words, vectors }
}

/** Versions before 2.2 keep all vectors in one list, and with each word its place there. */
const vectorsInOneRow = (saved: Saved, size: number): WordTable => {
  const row = saved.row('data')
  const places = Object.entries(row.map('wordIndex'))
  const vectors = row.numbers('wordVectors')
  const words = places.toSorted(([, a], [, b]) => a - b).map(([word]) => word)
  if (places.some(([word, place]) => words[place] !== word) || vectors.length !== words.length * size)
    throw saved.mismatch('wordVectors', `${size} numbers for each of ${words.length} words`)
  return { words, vectors }
}

export const text: SparkFamily = {
  'org.apache.spark.ml.feature.Tokenizer': tokenizer,
  'org.apache.spark.ml.feature.RegexTokenizer': regexTokenizer,
  'org.apache.spark.ml.feature.StopWordsRemover': stopWords,
  'org.apache.spark.ml.feature.NGram': ngram,
  'org.apache.spark.ml.feature.CountVectorizerModel': countVectorizer,
  'org.apache.spark.ml.feature.HashingTF': hashingTf,
  'org.apache.spark.ml.feature.FeatureHasher': featureHasher,
  'org.apache.spark.ml.feature.Word2VecModel': wordToVector,
}
