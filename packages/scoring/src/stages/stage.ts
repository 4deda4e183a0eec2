import type { Data } from '../data/data.ts'
import { type Named, namedRows } from '../data/named.ts'
import type { Scorer } from '../model/scorer.ts'
import { type Assembler, compileAssembler } from './assembler.ts'
import { type Binarizer, compileBinarizer } from './binarizer.ts'
import { type BrokenLine, compileBrokenLine } from './broken-line.ts'
import { type Bucketizer, compileBucketizer } from './bucketizer.ts'
import { type CategoryMeans, compileCategoryMeans } from './category-means.ts'
import { type CategoryNumbers, compileCategoryNumbers } from './category-numbers.ts'
import { type CenterTree, compileCenterTree } from './center-tree.ts'
import { type Classifier, compileClassifier } from './classifier.ts'
import { compileHashes, type Hashes } from './hashes.ts'
import { compileIndexToText, type IndexToText } from './index-to-text.ts'
import { compileMeans, type Means } from './means.ts'
import { compileMixture, type Mixture } from './mixture.ts'
import { compileNearestCenter, type NearestCenter } from './nearest-center.ts'
import { compileOneHot, type OneHot } from './one-hot.ts'
import { compileOneHotByRows, type OneHotByRows } from './one-hot-by-rows.ts'
import { compileOneVsRest, type OneVsRest } from './one-vs-rest.ts'
import { compilePairProduct, type PairProduct } from './pair-product.ts'
import { compileRegressor, type Regressor } from './regressor.ts'
import { compileScaling, type Scaling } from './scaling.ts'
import { compileSizeHint, type SizeHint } from './size-hint.ts'
import { compileTextToIndex, type TextToIndex } from './text-to-index.ts'
import { compileTopicShares, type TopicShares } from './topic-shares.ts'
import { compileVectorMap, type VectorMap } from './vector-map.ts'
import { compileCosineTransform, type CosineTransform } from './cosine-transform.ts'
import { compileFormulaLabel, type FormulaLabel } from './formula-label.ts'
import { compileHashedColumns, type HashedColumns } from './hashed-columns.ts'
import { compileHashedTerms, type HashedTerms } from './hashed-terms.ts'
import { compileInteraction, type Interaction } from './interaction.ts'
import { compileSelectedColumns, type SelectedColumns } from './selected-columns.ts'
import { compileStopWords, type StopWords } from './stop-words.ts'
import { compileTermCounts, type TermCounts } from './term-counts.ts'
import { compileTokenizer, type Tokenizer } from './tokenizer.ts'
import { compileWithoutColumns, type WithoutColumns } from './without-columns.ts'
import { compileWordRuns, type WordRuns } from './word-runs.ts'
import { compileWordVectors, type WordVectors } from './word-vectors.ts'

/** A stage of Spark's: it reads columns of the rows by name and adds others. */
export type StageModel = { readonly kind: 'stage'; readonly name: string; readonly stage: Stage }

export type Stage =
  | Assembler
  | Binarizer
  | BrokenLine
  | Bucketizer
  | CategoryMeans
  | CategoryNumbers
  | CenterTree
  | Classifier
  | Hashes
  | IndexToText
  | Means
  | Mixture
  | NearestCenter
  | OneHot
  | OneHotByRows
  | OneVsRest
  | PairProduct
  | Regressor
  | Scaling
  | SizeHint
  | TextToIndex
  | TopicShares
  | VectorMap
  | WordVectors
  | WordRuns
  | WithoutColumns
  | Tokenizer
  | TermCounts
  | SelectedColumns
  | StopWords
  | Interaction
  | HashedTerms
  | HashedColumns
  | FormulaLabel
  | CosineTransform

type Compilers = { readonly [K in Stage['kind']]: (stage: Extract<Stage, { kind: K }>, name: string) => Step }
type Step = (rows: Named) => Named

const compilers: Compilers = {
  assembler: compileAssembler,
  binarizer: compileBinarizer,
  brokenLine: compileBrokenLine,
  bucketizer: compileBucketizer,
  categoryMeans: compileCategoryMeans,
  categoryNumbers: compileCategoryNumbers,
  centerTree: compileCenterTree,
  classifier: compileClassifier,
  hashes: compileHashes,
  indexToText: compileIndexToText,
  means: compileMeans,
  mixture: compileMixture,
  nearestCenter: compileNearestCenter,
  oneHot: compileOneHot,
  oneHotByRows: compileOneHotByRows,
  oneVsRest: compileOneVsRest,
  pairProduct: compilePairProduct,
  regressor: compileRegressor,
  scaling: compileScaling,
  sizeHint: compileSizeHint,
  textToIndex: compileTextToIndex,
  topicShares: compileTopicShares,
  vectorMap: compileVectorMap,
  wordVectors: compileWordVectors,
  wordRuns: compileWordRuns,
  withoutColumns: compileWithoutColumns,
  tokenizer: compileTokenizer,
  termCounts: compileTermCounts,
  selectedColumns: compileSelectedColumns,
  stopWords: compileStopWords,
  interaction: compileInteraction,
  hashedTerms: compileHashedTerms,
  hashedColumns: compileHashedColumns,
  formulaLabel: compileFormulaLabel,
  cosineTransform: compileCosineTransform,
}

export const compileStage = ({ name, stage }: StageModel): Scorer => {
  const step = (compilers[stage.kind] as (stage: Stage, name: string) => Step)(stage, name)
  return {
    name,
    columns: undefined,
    methods: { transform: { apply: (data: Data) => step(namedRows(data, name)) } },
  }
}
