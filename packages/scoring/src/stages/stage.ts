import type { Data } from '../data/data.ts'
import { type Named, namedRows } from '../data/named.ts'
import type { Scorer } from '../model/scorer.ts'
import type { StageColumns } from './columns.ts'
import { compileAssembler, type Assembler, assemblerColumns } from './assembler.ts'
import { compileBinarizer, type Binarizer, binarizerColumns } from './binarizer.ts'
import { compileBrokenLine, type BrokenLine, brokenLineColumns } from './broken-line.ts'
import { compileBucketizer, type Bucketizer, bucketizerColumns } from './bucketizer.ts'
import { compileCategoryMeans, type CategoryMeans, categoryMeansColumns } from './category-means.ts'
import { compileCategoryNumbers, type CategoryNumbers, categoryNumbersColumns } from './category-numbers.ts'
import { compileCenterTree, type CenterTree, centerTreeColumns } from './center-tree.ts'
import { compileClassifier, type Classifier, classifierColumns } from './classifier.ts'
import { compileHashes, type Hashes, hashesColumns } from './hashes.ts'
import { compileIndexToText, type IndexToText, indexToTextColumns } from './index-to-text.ts'
import { compileItemRules, type ItemRules, itemRulesColumns } from './item-rules.ts'
import { compileMeans, type Means, meansColumns } from './means.ts'
import { compileMixture, type Mixture, mixtureColumns } from './mixture.ts'
import { compileNearestCenter, type NearestCenter, nearestCenterColumns } from './nearest-center.ts'
import { compileOneHot, type OneHot, oneHotColumns } from './one-hot.ts'
import { compileOneHotByRows, type OneHotByRows, oneHotByRowsColumns } from './one-hot-by-rows.ts'
import { compileOneVsRest, type OneVsRest, oneVsRestColumns } from './one-vs-rest.ts'
import { compilePairProduct, type PairProduct, pairProductColumns } from './pair-product.ts'
import { compileRegressor, type Regressor, regressorColumns } from './regressor.ts'
import { compileScaling, type Scaling, scalingColumns } from './scaling.ts'
import { compileSizeHint, type SizeHint, sizeHintColumns } from './size-hint.ts'
import { compileTextToIndex, type TextToIndex, textToIndexColumns } from './text-to-index.ts'
import { compileTopicShares, type TopicShares, topicSharesColumns } from './topic-shares.ts'
import { compileVectorMap, type VectorMap, vectorMapColumns } from './vector-map.ts'
import { compileCosineTransform, type CosineTransform, cosineTransformColumns } from './cosine-transform.ts'
import { compileFormulaLabel, type FormulaLabel, formulaLabelColumns } from './formula-label.ts'
import { compileHashedColumns, type HashedColumns, hashedColumnsColumns } from './hashed-columns.ts'
import { compileHashedTerms, type HashedTerms, hashedTermsColumns } from './hashed-terms.ts'
import { compileInteraction, type Interaction, interactionColumns } from './interaction.ts'
import { compileSelectedColumns, type SelectedColumns, selectedColumnsColumns } from './selected-columns.ts'
import { compileStopWords, type StopWords, stopWordsColumns } from './stop-words.ts'
import { compileTermCounts, type TermCounts, termCountsColumns } from './term-counts.ts'
import { compileTokenizer, type Tokenizer, tokenizerColumns } from './tokenizer.ts'
import { compileWithoutColumns, type WithoutColumns, withoutColumnsColumns } from './without-columns.ts'
import { compileWordRuns, type WordRuns, wordRunsColumns } from './word-runs.ts'
import { compileWordVectors, type WordVectors, wordVectorsColumns } from './word-vectors.ts'

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
  | ItemRules
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

type KindOf<S extends Stage> = {
  readonly compile: (stage: S, name: string) => (rows: Named) => Named
  readonly columns: (stage: S) => StageColumns
}

const kinds: { readonly [K in Stage['kind']]: KindOf<Extract<Stage, { kind: K }>> } = {
  assembler: { compile: compileAssembler, columns: assemblerColumns },
  binarizer: { compile: compileBinarizer, columns: binarizerColumns },
  brokenLine: { compile: compileBrokenLine, columns: brokenLineColumns },
  bucketizer: { compile: compileBucketizer, columns: bucketizerColumns },
  categoryMeans: { compile: compileCategoryMeans, columns: categoryMeansColumns },
  categoryNumbers: { compile: compileCategoryNumbers, columns: categoryNumbersColumns },
  centerTree: { compile: compileCenterTree, columns: centerTreeColumns },
  classifier: { compile: compileClassifier, columns: classifierColumns },
  hashes: { compile: compileHashes, columns: hashesColumns },
  indexToText: { compile: compileIndexToText, columns: indexToTextColumns },
  itemRules: { compile: compileItemRules, columns: itemRulesColumns },
  means: { compile: compileMeans, columns: meansColumns },
  mixture: { compile: compileMixture, columns: mixtureColumns },
  nearestCenter: { compile: compileNearestCenter, columns: nearestCenterColumns },
  oneHot: { compile: compileOneHot, columns: oneHotColumns },
  oneHotByRows: { compile: compileOneHotByRows, columns: oneHotByRowsColumns },
  oneVsRest: { compile: compileOneVsRest, columns: oneVsRestColumns },
  pairProduct: { compile: compilePairProduct, columns: pairProductColumns },
  regressor: { compile: compileRegressor, columns: regressorColumns },
  scaling: { compile: compileScaling, columns: scalingColumns },
  sizeHint: { compile: compileSizeHint, columns: sizeHintColumns },
  textToIndex: { compile: compileTextToIndex, columns: textToIndexColumns },
  topicShares: { compile: compileTopicShares, columns: topicSharesColumns },
  vectorMap: { compile: compileVectorMap, columns: vectorMapColumns },
  wordVectors: { compile: compileWordVectors, columns: wordVectorsColumns },
  wordRuns: { compile: compileWordRuns, columns: wordRunsColumns },
  withoutColumns: { compile: compileWithoutColumns, columns: withoutColumnsColumns },
  tokenizer: { compile: compileTokenizer, columns: tokenizerColumns },
  termCounts: { compile: compileTermCounts, columns: termCountsColumns },
  selectedColumns: { compile: compileSelectedColumns, columns: selectedColumnsColumns },
  stopWords: { compile: compileStopWords, columns: stopWordsColumns },
  interaction: { compile: compileInteraction, columns: interactionColumns },
  hashedTerms: { compile: compileHashedTerms, columns: hashedTermsColumns },
  hashedColumns: { compile: compileHashedColumns, columns: hashedColumnsColumns },
  formulaLabel: { compile: compileFormulaLabel, columns: formulaLabelColumns },
  cosineTransform: { compile: compileCosineTransform, columns: cosineTransformColumns },
}

export const compileStage = ({ name, stage }: StageModel): Scorer => {
  const step = (kinds[stage.kind] as KindOf<Stage>).compile(stage, name)
  return {
    name,
    columns: undefined,
    methods: { transform: { apply: (data: Data) => step(namedRows(data, name)) } },
  }
}

/** Which columns a stage reads and makes. */
export const columnsOf = ({ stage }: StageModel): StageColumns => (kinds[stage.kind] as KindOf<Stage>).columns(stage)
