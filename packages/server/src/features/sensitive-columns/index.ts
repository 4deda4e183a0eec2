export { hiddenOf, projectTelling, sensitiveOf, setSensitive } from './columns.ts'
export { clear, createMasking, type Masking, type Sight } from './masking.ts'
