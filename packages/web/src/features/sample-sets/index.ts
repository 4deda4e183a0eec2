export { NewSampleSetPage } from './new-sample-set-page.tsx'
export { Preview, SampleSetPage } from './sample-set-page.tsx'
export { SampleSetsPage } from './sample-sets-page.tsx'
export { SplitFields, splitOf, startingSplit } from './split-fields.tsx'
