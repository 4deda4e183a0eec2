export { Accuracy } from './accuracy.tsx'
export { DataQuality, DriftTab } from './drift.tsx'
export { Health } from './health.tsx'
