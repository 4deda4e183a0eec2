export { followReleases } from './follow-releases.ts'
export { forwardTo } from './forward.ts'
export { deploymentRoutes } from './routes.ts'
export { keepServingFolder } from './serving-folder.ts'
