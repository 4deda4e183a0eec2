import type { Data } from '../data/data.ts'
import { type Named, namedRows } from '../data/named.ts'
import type { Scorer } from '../model/scorer.ts'
import { type Assembler, compileAssembler } from './assembler.ts'
import { type Bucketizer, compileBucketizer } from './bucketizer.ts'
import { type Classifier, compileClassifier } from './classifier.ts'
import { compileIndexToText, type IndexToText } from './index-to-text.ts'
import { compileMeans, type Means } from './means.ts'
import { compileOneHot, type OneHot } from './one-hot.ts'
import { compileOneVsRest, type OneVsRest } from './one-vs-rest.ts'
import { compileRegressor, type Regressor } from './regressor.ts'
import { compileScaling, type Scaling } from './scaling.ts'
import { compileTextToIndex, type TextToIndex } from './text-to-index.ts'

/** A stage of Spark's: it reads columns of the rows by name and adds others. */
export type StageModel = { readonly kind: 'stage'; readonly name: string; readonly stage: Stage }

export type Stage =
  | Assembler
  | Bucketizer
  | Classifier
  | IndexToText
  | Means
  | OneHot
  | OneVsRest
  | Regressor
  | Scaling
  | TextToIndex

type Compilers = { readonly [K in Stage['kind']]: (stage: Extract<Stage, { kind: K }>, name: string) => Step }
type Step = (rows: Named) => Named

const compilers: Compilers = {
  assembler: compileAssembler,
  bucketizer: compileBucketizer,
  classifier: compileClassifier,
  indexToText: compileIndexToText,
  means: compileMeans,
  oneHot: compileOneHot,
  oneVsRest: compileOneVsRest,
  regressor: compileRegressor,
  scaling: compileScaling,
  textToIndex: compileTextToIndex,
}

export const compileStage = ({ name, stage }: StageModel): Scorer => {
  const step = (compilers[stage.kind] as (stage: Stage, name: string) => Step)(stage, name)
  return {
    name,
    columns: undefined,
    methods: { transform: { apply: (data: Data) => step(namedRows(data, name)) } },
  }
}
