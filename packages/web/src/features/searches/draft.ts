import type { SearchSpace } from '@modelsmith/api'
import { isRange, type ParameterValues, type SearchDimension } from '@modelsmith/domain'

export type Offered = SearchSpace['items'][number]

/** What a person has said of one parameter; what is not ticked is kept as the blueprint has it. */
export type DimensionDraft = {
  readonly offered: Offered
  readonly ticked: boolean
  readonly kind: 'range' | 'values'
  readonly low: number | null
  readonly high: number | null
  readonly log: boolean
  /** As it is typed: values with commas between. */
  readonly values: string
}

export const draftOf = (offered: Offered): DimensionDraft => {
  const { preset, suggested, parameter } = offered
  const none = { offered, ticked: suggested, low: null, high: null, log: false, values: '' }
  if (preset === null) return { ...none, kind: parameter.type === 'string' ? 'values' : 'range' }
  return isRange(preset)
    ? { ...none, kind: 'range', low: preset.low, high: preset.high, log: preset.log === true }
    : { ...none, kind: 'values', values: preset.values.join(', ') }
}

/** Whether a parameter can have numbers of a range. */
export const hasRange = ({ parameter: { type } }: Offered): boolean =>
  type === 'int' || type === 'float' || type === 'multi'

const valueOf = ({ parameter: { type } }: Offered, text: string): Exclude<ParameterValues[string], null> => {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const isNumber = type === 'int' || type === 'float' || type === 'multi'
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text
}

/** What is sent of the ticked parameters; what is empty or wrong is for the server to refuse. */
export const spaceOf = (drafts: readonly DimensionDraft[]): SearchDimension[] =>
  drafts
    .filter(({ ticked }) => ticked)
    .map(({ offered, kind, low, high, log, values }) => {
      const of = { node: offered.node, parameter: offered.parameter.name }
      if (kind === 'range') return { ...of, low: low ?? 0, high: high ?? 0, ...(log ? { log } : {}) }
      const typed = values.split(',').map((text) => text.trim())
      return { ...of, values: typed.filter((text) => text !== '').map((text) => valueOf(offered, text)) }
    })
