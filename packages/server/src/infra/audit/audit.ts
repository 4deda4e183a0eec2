import { type Endpoint, scopeOf } from '@modelsmith/api'
import { ModelsmithError } from '@modelsmith/table'
import type { Database, Queries } from '../database/database.ts'
import type { Caller, Upload } from '../http/handler.ts'
import { appendEntry } from './chain.ts'
import { type Recording, recordingOf, withRecording } from './recording.ts'

type About = {
  readonly operation: string
  readonly endpoint: Endpoint
  readonly caller: Caller | undefined
  readonly address: string
  readonly requestId: string
}

/** Runs a request so that what it changes, or is denied, is in the audit log. */
export type Audit = <T>(about: About, run: () => Promise<T>) => Promise<T>

/** Predictions have a log of their own, and what only looks changes nothing. */
const isChange = (endpoint: Endpoint): boolean => {
  const scope = scopeOf(endpoint)
  return endpoint.method !== 'GET' && scope !== 'read' && scope !== 'predict'
}

const secrets: ReadonlySet<string> = new Set(['password', 'current', 'secret', 'token', 'fields', 'search', 'webhook'])

/** Operations that send rows of data, and where. */
const rowsOf: Readonly<Record<string, ReadonlySet<string>>> = {
  explainRows: new Set(['values', 'changes']),
  explainByRelease: new Set(['rows', 'background']),
  releaseExperiment: new Set(['rows']),
}

/** Nothing is ever deleted from the log: of rows it keeps how many there were, of one row how many values. */
const countOf = (sent: unknown): string => {
  if (Array.isArray(sent)) return `withheld: rows: ${sent.length}`
  return typeof sent === 'object' && sent !== null ? `withheld: values: ${Object.keys(sent).length}` : 'withheld'
}

const withoutSecrets = (body: unknown, operation: string): unknown => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  // Those of a credential are sealed; those of a sample set are the names of columns.
  const isOpen = (key: string) => !secrets.has(key) || (key === 'fields' && operation.endsWith('SampleSet'))
  const kept = (key: string, value: unknown): unknown => {
    if (rowsOf[operation]?.has(key) === true) return countOf(value)
    return isOpen(key) ? value : 'withheld'
  }
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, kept(key, value)]))
}

/** What the request asks for; of files their paths and hashes. */
export const noteRequest = (params: unknown, body: unknown, { fields, files }: Upload): void => {
  const recording = recordingOf()
  if (recording === undefined) return
  const sent = files.length > 0 || Object.keys(fields).length > 0
  recording.after = {
    ...(params as object),
    ...(sent
      ? { ...fields, files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })) }
      : (withoutSecrets(Buffer.isBuffer(body) ? undefined : body, recording.operation) as object | undefined)),
  }
}

/** The entry of a change is written with the change, or neither is. */
export const writeBeforeCommit = async (queries: Queries): Promise<void> => {
  const recording = recordingOf()
  if (recording === undefined || recording.written || !recording.isChange) return
  recording.written = true
  await appendEntry(queries, recording, null)
}

export const createAudit =
  (database: Pick<Database, 'transaction'>): Audit =>
  ({ operation, endpoint, caller, address, requestId }, run) => {
    const recording: Recording = {
      actor:
        caller === undefined
          ? undefined
          : { id: caller.id, name: caller.person.name, role: caller.role, organisation: caller.organisation },
      subject: undefined,
      before: undefined,
      after: undefined,
      denied: false,
      written: false,
      isChange: isChange(endpoint),
      operation,
      address,
      requestId,
    }
    return withRecording(recording, async () => {
      try {
        const answer = await run()
        // What was changed by single statements, outside any transaction.
        if (recording.isChange && !recording.written) await database.transaction(async () => {})
        return answer
      } catch (error) {
        if (isDenial(error, recording)) {
          // What was about to be written was rolled back.
          recording.written = true
          await database.transaction((queries) => appendEntry(queries, recording, (error as ModelsmithError).code))
        }
        throw error
      }
    })
  }

const isDenial = (error: unknown, { denied }: Recording): boolean =>
  error instanceof ModelsmithError && (error.kind === 'forbidden' || error.kind === 'unauthenticated' || denied)
