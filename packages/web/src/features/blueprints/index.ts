export { BlueprintPage } from './blueprint-page.tsx'
export { BlueprintsPage } from './blueprints-page.tsx'
export { BlueprintGraphView } from './graph-view.tsx'
export { NewBlueprintPage } from './new-blueprint-page.tsx'
