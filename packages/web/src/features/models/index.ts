export { CellField } from './cell-field.tsx'
export { ModelPage } from './model-page.tsx'
export { ModelsPage } from './models-page.tsx'
export { PredictionParameters } from './prediction-parameters.tsx'
