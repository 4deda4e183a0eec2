export { answerColumns, answerRows, answerSchema, answerTable, type Outcome, parts, scoreColumns } from './answer.ts'
export { type CodedAnswers, codedInputs, codedModel, fieldColumns } from './coded/coded-model.ts'
export { type DeployedLimits, defaultLimits } from './deployed.ts'
export { servingError, servingErrors } from './errors.ts'
export { type ExplainerSource, openExplainer } from './explanations/open-explainer.ts'
export { fileOutputs, shownOutputs, trainedOutputs } from './explanations/outputs.ts'
export { readRequest } from './request.ts'
export { newRequestId, timeOfRequest } from './request-id.ts'
export { mediaTypes, type TableFormat, type TableWriter, tableWriter } from './formats/formats.ts'
export { askApart, type ReadingLimits, readingLimits } from './native/apart.ts'
export { openBatch } from './native/batch.ts'
export type { Described } from './native/describe.ts'
export { nativeModel } from './native/native-model.ts'
export { openHosted } from './native/hosted.ts'
export { archiveLimits, type UnpackedEntry } from './native/unpack.ts'
export { type FolderServerSettings, startFolderServer } from './folder-server.ts'
export { openPredictionLog, shippableSuffix } from './log/log.ts'
export { loggedRows } from './log/logged-rows.ts'
export { openSegments } from './log/write-segment.ts'
export {
  type LoggedBlock,
  type LoggedRequest,
  type LoggedRows,
  type PredictionLogEntry,
  readSegment,
  rowsTogether,
  segmentWriter,
} from './log/segment.ts'
export {
  type HowExplained,
  type ServedDeployment,
  ServingManifest,
  ServingStatus,
  isSocket,
  servingPaths,
} from './manifest.ts'
export { type Member, memberOf } from './processes/member.ts'
export { startProcesses } from './processes/processes.ts'
export type { OpenScorer, Scorer } from './scorer.ts'
export { type ServingSettings, startServing } from './serve.ts'
