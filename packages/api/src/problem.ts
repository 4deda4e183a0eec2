import type { ErrorKind, ModelsmithError } from '@modelsmith/table'
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

/** An error as every part of the platform answers it over HTTP. */
export const toProblem = (
  { kind, code, message, hint, findings }: ModelsmithError,
  { status, requestId }: { readonly status: number; readonly requestId: string },
): Problem => ({
  type: `/docs/reference/errors.md#${code.toLowerCase().replaceAll('.', '')}`,
  title: titles[kind],
  status,
  detail: message,
  code,
  requestId,
  ...(hint === undefined ? {} : { hint }),
  ...(findings.length === 0 ? {} : { findings: findings.map((finding) => ({ ...finding })) }),
})
