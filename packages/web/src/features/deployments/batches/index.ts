export { BatchesTab } from './batches.tsx'
