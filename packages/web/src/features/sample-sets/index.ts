export { NewSampleSetPage } from './new-sample-set-page.tsx'
export { SampleSetPage } from './sample-set-page.tsx'
export { SampleSetsPage } from './sample-sets-page.tsx'
