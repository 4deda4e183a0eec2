import type { Static, TObject, TSchema } from 'typebox'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** How a body or an answer travels. */
export type Media =
  | { readonly kind: 'json'; readonly schema: TSchema }
  | {
      readonly kind: 'multipart'
      readonly fields: TObject
      readonly files: string
      /** Whether the fields may come without a file. */
      readonly filesOptional?: true
    }
  | { readonly kind: 'bytes'; readonly mediaTypes: readonly string[] }
  | { readonly kind: 'events'; readonly schema: TSchema }
  | { readonly kind: 'none' }

/** One operation of the HTTP contract. Server routes, OpenAPI, both clients and the CLI are made from it. */
export type Endpoint = {
  readonly method: Method
  /** Below `/api/v1`; parameters as `{id}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  /** `none` only for sign-in, health and the document itself. */
  readonly auth: 'none' | 'required'
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: Media
  /** Further bodies accepted by content type. */
  readonly alternatives?: readonly Media[]
  readonly status: number
  readonly answer: Media
  /** Further answers, by the header Accept. */
  readonly otherAnswers?: readonly Media[]
  /** Creation that may be repeated safely with the same `Idempotency-Key`. */
  readonly idempotent?: true
  /** The object's version must be sent as `If-Match`; another version answers 412. */
  readonly ifMatch?: true
  /** Failures of this operation beside those that follow from its form: status codes with what they mean. */
  readonly failures?: Readonly<Record<string, string>>
}

export type ParamsOf<E extends Endpoint> = E['params'] extends TObject ? Static<E['params']> : Record<never, never>
export type QueryOf<E extends Endpoint> = E['query'] extends TObject ? Static<E['query']> : Record<never, never>
export type BodyOf<E extends Endpoint> = E['body'] extends { kind: 'json'; schema: infer S extends TSchema }
  ? Static<S>
  : undefined
export type AnswerOf<E extends Endpoint> = E['answer'] extends { kind: 'json'; schema: infer S extends TSchema }
  ? Static<S>
  : undefined

export const json = <S extends TSchema>(schema: S) => ({ kind: 'json', schema }) as const
export const nothing = { kind: 'none' } as const

export const csv = { kind: 'bytes', mediaTypes: ['text/csv'] } as const

export const anyBytes = { kind: 'bytes', mediaTypes: ['application/octet-stream'] } as const

export const archive = { kind: 'bytes', mediaTypes: ['application/x-tar'] } as const

export const zip = { kind: 'bytes', mediaTypes: ['application/zip'] } as const

/** Work that was begun: 202 with what one may follow. */
export const accepted = <S extends Parameters<typeof json>[0]>(schema: S) =>
  ({ status: 202, answer: json(schema) }) as const

export const namesAbsent = { '404': 'The body names a thing that does not exist, or that one may not see' } as const
