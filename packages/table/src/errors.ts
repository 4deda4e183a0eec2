/** What went wrong, in one word; decides the HTTP status, the exit code and the icon. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'unsupported'
  | 'unsafe'
  | 'limit'
  | 'userCode'
  | 'unavailable'
  | 'bug'

/** Where in the input something was found. All parts are optional; lines and columns count from 1. */
export type Place = {
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly row?: number
  /** JSON pointer into a request body or document, such as `/blueprint/nodes/2/task`. */
  readonly pointer?: string
  readonly node?: string
}

/** One thing that was found wrong. An error may carry many: all findings at once. */
export type Finding = {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly place?: Place
  readonly severity?: 'error' | 'warning'
}

export type ErrorValues = Readonly<Record<string, unknown>>

/** A row of the error table: the code is its key, the message is made from values, the hint says what to do next. */
export type ErrorRow<V extends ErrorValues = ErrorValues> = {
  readonly kind: ErrorKind
  readonly message: (values: V) => string
  readonly hint?: (values: V) => string | undefined
}

/** The one error class of the platform. Throw it through a package's own table: `fail('csv.ragged', {...})`. */
export class ModelsmithError extends Error {
  override readonly name = 'ModelsmithError'
  readonly code: string
  readonly kind: ErrorKind
  readonly values: ErrorValues
  readonly hint: string | undefined
  readonly findings: readonly Finding[]
  readonly place: Place | undefined

  constructor(input: {
    code: string
    kind: ErrorKind
    message: string
    hint?: string | undefined
    values?: ErrorValues
    findings?: readonly Finding[] | undefined
    place?: Place | undefined
    cause?: unknown
  }) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause })
    this.code = input.code
    this.kind = input.kind
    this.values = input.values ?? {}
    this.hint = input.hint
    this.findings = input.findings ?? []
    this.place = input.place
  }

  /** The plain form that crosses processes and HTTP; the cause and the stack stay behind. */
  toJSON(): SerializedError {
    return {
      code: this.code,
      kind: this.kind,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(Object.keys(this.values).length === 0 ? {} : { values: this.values }),
      ...(this.findings.length === 0 ? {} : { findings: this.findings }),
      ...(this.place === undefined ? {} : { place: this.place }),
    }
  }

  static fromJSON(error: SerializedError): ModelsmithError {
    return new ModelsmithError(error)
  }
}

export type SerializedError = {
  readonly code: string
  readonly kind: ErrorKind
  readonly message: string
  readonly hint?: string
  readonly values?: ErrorValues
  readonly findings?: readonly Finding[]
  readonly place?: Place
}

// Rows of one table take different values; each row's message says which. A hint that reads them names their type again.
type AnyRow = ErrorRow<never>
type ValuesOf<R> = R extends { message: (values: infer V) => string } ? V & ErrorValues : never

/**
 * Declares a package's rows of the error table and returns the function that makes errors from them.
 * Codes are `area.whatIsWrong`; every row has a heading in `docs/reference/errors.md` and a test that meets it.
 */
export const defineErrors = <T extends Readonly<Record<string, AnyRow>>>(rows: T) => {
  const error = <C extends keyof T & string>(
    code: C,
    values: ValuesOf<T[C]>,
    more: { findings?: readonly Finding[]; place?: Place; cause?: unknown } = {},
  ): ModelsmithError => {
    const row = rows[code] as AnyRow
    return new ModelsmithError({
      code,
      kind: row.kind,
      message: row.message(values as never),
      hint: row.hint?.(values as never),
      values,
      ...more,
    })
  }
  return { rows, error }
}
