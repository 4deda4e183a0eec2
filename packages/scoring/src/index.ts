export type { AuditFinding } from './audit/audit.ts'
export {
  type BlueprintScorer,
  compileBlueprint,
  type NativeBlueprint,
} from './blueprint/blueprint.ts'
export { type BlueprintExplainer, blueprintExplainer, type InputExplanations } from './blueprint/explain.ts'
export { type InputHint, inputHints } from './blueprint/hints.ts'
export { openBlueprint, type TaskEntry, type TrainedBlueprint } from './blueprint/open.ts'
export { packBlueprint, unpackBlueprint } from './blueprint/packed.ts'
export { algorithmId, type NativeAlgorithm, nativeAlgorithms } from './build/algorithms.ts'
export { unpackLz4, unpackZstd } from './compression/exactly.ts'
export * from './data/data.ts'
export type { Named, NamedColumn, NumberType } from './data/named.ts'
export { floatText, type Label, type Labels, labelText, labelTexts } from './data/labels.ts'
export { scoringErrors } from './errors.ts'
export { type ExactExplanations, type Explainer, explainer, type ExplainerOptions } from './explain/explain.ts'
export type { ExamineOptions } from './file/examine.ts'
export { type InspectedModel, type Inspection, inspect, type Verdict } from './file/inspect.ts'
export { type SavedAs, savedAs } from './file/saved-as.ts'
export { type OpenedModel, openModel, openModelFile, type OpenOptions } from './file/open.ts'
export { type AnswerColumn, answerer, type Answers, type Asked, methodWords } from './input/answers.ts'
export { agree, isSameLabel } from './input/agree.ts'
export { dataOf, type GivenColumn } from './input/data-of.ts'
export { type ColumnKind, type InputColumn, inputOf, type ModelInput } from './input/input.ts'
export { dataOfTable, givenColumn, schemaOfInput } from './input/table.ts'
export { openParquetTable, type ParquetLimits } from './parquet/table.ts'
export { pack, packVersion } from './portable/pack.ts'
export { type About, openPortable, packedModel, type Portable, type Prediction, type Row } from './portable/portable.ts'
export { sampleRows } from './portable/sample-rows.ts'
export { defaultLimits, type Limits } from './limits.ts'
export { readZip } from './zip/zip.ts'
export type { Kernels } from './kernels/kernels.ts'
export { compile, type CompileOptions } from './model/compile.ts'
export type { Model } from './model/model.ts'
export {
  type ColumnName,
  type MethodName,
  type Methods,
  type Output,
  run,
  type Scorer,
  type Transform,
} from './model/scorer.ts'
export { recommend, type Recommendation } from './stages/recommend.ts'
