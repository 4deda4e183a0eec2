export { ExecuteOnly } from './execute-only.tsx'
export { ShareButton } from './share-button.tsx'
export { useAccess } from './use-access.ts'
export { useMay } from './use-may.ts'
