import { signatureChanges } from '@modelsmith/domain'
import { signatureOf } from './signature.ts'
import type { DeploymentRow } from './store.ts'

/** Why the fallback of a deployment does not answer for it as things are; null where it would. */
export const whyNoFallback = (row: Pick<DeploymentRow, 'manifest' | 'hosted' | 'fallback'>): string | null => {
  const { fallback } = row
  if (fallback === null) return null
  const [own, other] = [signatureOf(row), signatureOf(fallback)]
  const changes = signatureChanges(own, other)
  if (changes.length > 0)
    return `It does not take and answer the same any more: ${changes.map(({ message }) => message).join(' ')}`
  if (fallback.isWaiting) return 'It waits for somebody to approve that it answers.'
  return fallback.isPaused ? 'It is paused.' : null
}
