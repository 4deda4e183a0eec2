export * from './blueprint/schema.ts'
export * from './contract/schema.ts'
export * from './job/schema.ts'
export * from './project/schema.ts'
