import { type ErrorKind, type Finding, ModelsmithError } from '@modelsmith/table'
import type { Problem } from './common.ts'

const titles: Record<ErrorKind, string> = {
  invalid: 'Not valid',
  unauthenticated: 'Not signed in',
  forbidden: 'Not allowed',
  notFound: 'Not found',
  conflict: 'In conflict',
  unsupported: 'Not supported',
  unsafe: 'Not safe',
  limit: 'Over a limit',
  userCode: 'The code failed',
  unavailable: 'Not available',
  bug: 'A bug',
}

/** The value of an error that is told whoever asked; that of a runner's own, `traceback`, is not: not everybody may see the code. */
export const shownTraceback = 'shownTraceback'

/** An error as every part of the platform answers it over HTTP. */
export const toProblem = (
  { kind, code, message, hint, findings, values }: ModelsmithError,
  { status, requestId }: { readonly status: number; readonly requestId: string },
): Problem => ({
  type: `/docs/reference/errors.md#${code.toLowerCase().replaceAll('.', '')}`,
  title: titles[kind],
  status,
  detail: message,
  code,
  requestId,
  ...(hint === undefined ? {} : { hint }),
  ...(findings.length === 0 ? {} : { findings: findings.map(partsOf) }),
  ...(typeof values[shownTraceback] === 'string' ? { traceback: values[shownTraceback] } : {}),
})

/** A finding may come of an error, which has more to it than others are told. */
const partsOf = ({ code, message, hint, severity, place }: Finding) => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
  ...(severity === undefined ? {} : { severity }),
  ...(place === undefined ? {} : { place: { ...place } }),
})

/** The error that a problem was made of, for whoever asked over HTTP. */
export const fromProblem = ({ title, code, detail, hint, findings }: Problem): ModelsmithError => {
  const kind = (Object.keys(titles) as ErrorKind[]).find((each) => titles[each] === title) ?? 'bug'
  return new ModelsmithError({
    code,
    kind,
    message: detail,
    hint,
    findings: findings as readonly Finding[] | undefined,
  })
}
