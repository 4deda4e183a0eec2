export { ExperimentPage } from './experiment-page.tsx'
export { ReleasePage } from './release-page.tsx'
export { RegisteredModelPage } from './registered-model-page.tsx'
export { RegisteredModels } from './registered-models.tsx'
