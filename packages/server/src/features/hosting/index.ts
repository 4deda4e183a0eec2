export { askJob } from './coded/ask-job.ts'
export { modelRelease, published, registeredModel, releaseWithModel } from './access.ts'
export { hostingError } from './errors.ts'
export { plainFinding } from './findings.ts'
export { givenBy, outcomeOf } from './outcome.ts'
export { type OpenedForFile, openRelease } from './predict-release.ts'
export { publishEnded, publishJob } from './publish-job.ts'
export { hostingRoutes } from './routes.ts'
export { createHosting } from './service.ts'
export type { Readers } from './readers.ts'
export {
  findModelRelease,
  importedBefore,
  insertImported,
  insertRebuilt,
  insertRegisteredModel,
  lockModel,
  type ModelReleaseRow,
  releasedFiles,
  runsUploadedFiles,
  setTags,
  taskVersionsOf,
  type Served,
  toModelRelease,
} from './store.ts'
export { trainedModel } from './trained/trained-model.ts'
