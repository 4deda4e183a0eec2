export { DatasetPage } from './dataset-page.tsx'
export { DatasetsPage } from './datasets-page.tsx'
