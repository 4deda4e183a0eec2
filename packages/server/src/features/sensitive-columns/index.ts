export { hiddenOf, projectTelling, sensitiveOf, setSensitive } from './columns.ts'
