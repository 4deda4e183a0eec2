import { servingError } from '../errors.ts'

/** Rows of one request that are explained: each may cost as much as thousands of predictions. */
export const mostExplainedRows = 100

/** So many contributions of each row, the greatest first; `Infinity` for all. */
export type ExplanationWish = { readonly most: number }

/** `?explanations=3` or `?explanations=all`. */
export const explanationWish = (address = ''): ExplanationWish | undefined => {
  const at = address.indexOf('?')
  const text = at < 0 ? null : new URLSearchParams(address.slice(at)).get('explanations')
  if (text === null) return undefined
  if (text === 'all') return { most: Number.POSITIVE_INFINITY }
  if (!/^[1-9]\d{0,3}$/.test(text)) throw servingError('serving.explanations', { text: text.slice(0, 50) })
  return { most: Number(text) }
}

/** Other protocols have no place for contributions: who asks for them there is told. */
export const refuseExplanations = (address: string | undefined): void => {
  if (explanationWish(address) !== undefined)
    throw servingError('serving.unexplained', {
      why: 'answers of this protocol have no place for contributions.',
      help: 'Send the rows to /api/v1/deployments/{id}/predictions.',
    })
}
