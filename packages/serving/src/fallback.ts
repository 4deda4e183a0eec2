import type { ErrorKind, ModelsmithError } from '@modelsmith/table'

const codes: ReadonlySet<string> = new Set(['serving.starting', 'serving.failed', 'serving.busy', 'serving.timeout'])
/** What code of a model did wrong, and what nobody foresaw. */
const kinds: ReadonlySet<ErrorKind> = new Set(['userCode', 'bug'])

/** Whether the model could not answer: neither was the request wrong, nor has somebody decided that nothing answers. */
export const isOfModel = ({ code, kind }: ModelsmithError): boolean => codes.has(code) || kinds.has(kind)
