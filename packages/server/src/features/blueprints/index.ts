export { blueprintRoutes } from './routes.ts'
export { type Blueprints, createBlueprints, type Surroundings } from './service.ts'
