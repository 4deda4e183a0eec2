import Type, { type Static, type TSchema } from 'typebox'

export const strict = { additionalProperties: false } as const

/** `<kind>_` and a time-ordered random part; opaque to clients. */
export const idPattern = '^[a-zA-Z]+_[0-9a-z]{16,32}$'
export const Id = Type.String({ pattern: idPattern, description: 'Opaque identifier' })
export const Timestamp = Type.String({ description: 'ISO 8601 moment in UTC', examples: ['2026-01-31T12:00:00.000Z'] })
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One page of a list, newest first; `nextCursor` is null on the last page. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Nullable(Type.String()) }, strict)

export const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ description: 'From nextCursor of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  strict,
)
/** A page of things that have a name. */
export const SearchQuery = Type.Object(
  {
    ...PageQuery.properties,
    search: Type.Optional(Type.String({ maxLength: 200, description: 'Words in the name' })),
  },
  strict,
)
export type PageQuery = Static<typeof PageQuery>

export const PersonRef = Type.Object({ id: Id, name: Type.String() }, strict)

/** What every object has. `version` is the ETag: send it back as If-Match when changing the object. */
export const objectFields = {
  id: Id,
  name: Type.String(),
  owner: PersonRef,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Type.Integer({ minimum: 1 }),
}

export const Name = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' })
export const Description = Type.String({ maxLength: 10_000 })

export const Finding = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    severity: Type.Optional(Type.Enum(['error', 'warning'])),
    place: Type.Optional(
      Type.Object(
        {
          file: Type.Optional(Type.String()),
          line: Type.Optional(Type.Integer()),
          column: Type.Optional(Type.Integer()),
          row: Type.Optional(Type.Integer()),
          pointer: Type.Optional(Type.String()),
          node: Type.Optional(Type.String()),
        },
        strict,
      ),
    ),
  },
  strict,
)

/** RFC 9457. `code` is a row of the error table; `findings` lists everything that was wrong, at once. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Address of the error in the reference' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    hint: Type.Optional(Type.String()),
    findings: Type.Optional(Type.Array(Finding)),
    traceback: Type.Optional(
      Type.String({ description: 'Of a function of somebody who may see its code: where in the code it was' }),
    ),
    requestId: Type.String(),
  },
  { ...strict, $id: 'Problem' },
)
export type Problem = Static<typeof Problem>

export const StoredError = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    findings: Type.Optional(Type.Array(Finding)),
    place: Finding.properties.place,
    /** For user code: the traceback, shortened to the user's frames. */
    traceback: Type.Optional(Type.String()),
  },
  strict,
)
export type StoredError = Static<typeof StoredError>

/** Path parameters of an operation on one thing. */
export const byId = Type.Object({ id: Id }, strict)

/** Path parameters of an operation on a task version: an id, or a built-in task's name. */
export const byTaskVersion = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) }, strict)

/** Form fields beside an uploaded file. */
export const uploadFields = Type.Object(
  { name: Type.Optional(Name), description: Type.Optional(Type.String({ maxLength: 10_000 })) },
  strict,
)

/** What is said of a new version of a folder: a note, and where in git it comes from. */
export const versionFields = {
  note: Type.Optional(Type.String({ maxLength: 1_000 })),
  commit: Type.Optional(
    Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$', description: 'The git commit that the folder is at' }),
  ),
  commitState: Type.Optional(Type.Enum(['clean', 'dirty', 'unknown'])),
  commitRemote: Type.Optional(
    Type.String({
      maxLength: 2_000,
      pattern: '^(https?|ssh|git)://[^@/?#]+(/[^@?#]*)?$',
      description: 'Address of the repository, without credentials',
    }),
  ),
  commitFolder: Type.Optional(Type.String({ maxLength: 1_000, description: 'The folder within the repository' })),
}

/** Form fields beside the files of a folder. */
export const taskFields = Type.Object({ name: Type.Optional(Name), ...versionFields }, strict)
