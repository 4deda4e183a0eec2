import type { Readable } from 'node:stream'
import type { AnswerOf, BodyOf, Endpoints, Operation, ParamsOf, Person, QueryOf, TokenScope } from '@modelsmith/api'
import type { Principal } from '../rights/principal.ts'

/** A file of an upload, on disk until the request ends. */
export type UploadedFile = {
  readonly path: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}
export type Upload = { readonly fields: Readonly<Record<string, string>>; readonly files: readonly UploadedFile[] }

/** Who asks: a person, by token or by browser session. */
export type Caller = Principal & {
  readonly person: Person
  readonly workspace: string
  readonly csrfToken: string | undefined
  /** Tells the token or session that the request came with. */
  readonly credential: string
  /** What the token is good for; everything for a browser session. */
  readonly scopes: readonly TokenScope[]
}

export type Request<O extends Operation> = {
  readonly params: ParamsOf<Endpoints[O]>
  readonly query: QueryOf<Endpoints[O]>
  readonly body: BodyOf<Endpoints[O]>
  readonly caller: Endpoints[O]['auth'] extends 'none' ? Caller | undefined : Caller
  /** The version that the caller saw, where the contract asks for it. */
  readonly ifMatch: number
  /** Of a stream of events: the last one that the client has seen, 0 for none. */
  readonly lastEventId: number
  readonly upload: Upload
  /** Body of another media type, where the contract allows one. */
  readonly bytes: { readonly type: string; readonly data: Buffer } | undefined
  /** The header Accept. */
  readonly accept: string | undefined
  readonly address: string
  /** As the answer names it. */
  readonly requestId: string
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
}

/** Bytes as an answer. */
export type Bytes = {
  readonly stream: Readable | Buffer | string
  readonly type: string
  readonly fileName?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Shown in a frame of our pages, in an origin of its own, with what scripts and styles it holds itself, and nothing from elsewhere. */
  readonly isFramed?: boolean
}
export type ServerEvent = { readonly event: string; readonly data: unknown; readonly id?: string }
export type Extra = { readonly cookie?: string | null }

type AnswerKind<O extends Operation> = Endpoints[O]['answer'] extends { kind: 'json' }
  ? AnswerOf<Endpoints[O]> | (Endpoints[O] extends { otherAnswers: readonly unknown[] } ? Bytes : never)
  : Endpoints[O]['answer'] extends { kind: 'bytes' }
    ? Bytes
    : Endpoints[O]['answer'] extends { kind: 'events' }
      ? AsyncIterable<ServerEvent>
      : void

/** An answer, or an answer with a header that only signing in needs. */
export type Answered<O extends Operation> = AnswerKind<O> | { readonly answer: AnswerKind<O>; readonly extra: Extra }
export type Handler<O extends Operation> = (request: Request<O>) => Promise<Answered<O>>
export type Handlers = { readonly [O in Operation]: Handler<O> }
/** The operations of one feature. */
export type Routes<O extends Operation> = Pick<Handlers, O>
