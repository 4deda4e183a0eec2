import { isError } from '@modelsmith/domain'
import type { Finding, ModelsmithError } from '@modelsmith/table'
import { hostingError } from './errors.ts'

/** An error as one finding among others. */
export const plainFinding = ({ code, message, hint }: ModelsmithError): Finding => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
})

export const demandUsable = (findings: readonly Finding[]): void => {
  const wrong = findings.filter(isError)
  if (wrong.length > 0) throw hostingError('experiment.notReady', { count: wrong.length }, { findings: wrong })
}

/** What is not named yet may be named later; what is wrong is wrong now. */
export const demandBegun = (findings: readonly Finding[]): void => {
  demandUsable(findings.filter(({ code }) => code !== 'application.noField' && code !== 'application.noFields'))
}
