import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Client, type Endpoint, endpoints, type Job, type Operation } from '@modelsmith/api'
import { mediaTypes } from '@modelsmith/serving'
import { type ArgsDef, type CommandDef, defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { clientOf, readAccount } from './account.ts'
import { argumentsOf, bodyFrom, queryFrom } from './arguments.ts'
import { refuseUnknown } from '../local/flags.ts'
import { filesAt, tableFormatOfFile } from '../files.ts'
import { terminal } from '../terminal.ts'
import { followJob } from './jobs.ts'
import { resolveId } from './names.ts'
import { formatAnswer } from './show.ts'

type Given = Readonly<Record<string, unknown>>
type Call = { readonly params: Record<string, string>; readonly given: Given; readonly client: Client }

/** The command of one operation: flags from its schemas, words or JSON as its answer; a job is followed to its end. */
export const commandOf = (operation: Operation): CommandDef => {
  const endpoint: Endpoint = endpoints[operation]
  const flags: ArgsDef = { ...argumentsOf(endpoint), ...extraFlags(operation, endpoint) }
  return defineCommand({
    meta: { description: endpoint.summary },
    args: flags,
    run: async ({ args, rawArgs }) => {
      refuseUnknown(flags, rawArgs)
      const client = clientOf(await readAccount())
      const id = args['id']
      const params: Record<string, string> =
        id === undefined ? {} : { id: await resolveId(client, operation, String(id)) }
      const call = { params, given: args as Given, client }
      if (operation in rowsFrom) return askFromFile(operation as RowsOperation, call)
      if (endpoint.answer.kind === 'events') return follow(operation, call)
      if (endpoint.answer.kind === 'bytes') return download(operation, endpoint, call)
      const answer = await send(operation, endpoint, call)
      await report(answer, call)
    },
  })
}

/** Operations that are asked with rows, and what files these may come in. */
const rowsFrom = {
  predict: 'CSV, Parquet or Arrow file, or JSON file with {"rows": […]} or {"columns": {…}}',
  tryExperiment: 'CSV file, or JSON file with {"rows": […]}',
  proveExperiment:
    'CSV file, or JSON file with {"rows": […]}, with what is expected in prediction and probability_<class>',
} as const
type RowsOperation = keyof typeof rowsFrom

const extraFlags = (operation: Operation, endpoint: Endpoint): ArgsDef => ({
  ...(operation in rowsFrom
    ? {
        file: { type: 'string', description: rowsFrom[operation as RowsOperation] },
        rows: { type: 'string', description: 'JSON list of rows, or @FILE' },
      }
    : {}),
  ...(endpoint.answer.kind === 'bytes'
    ? { output: { type: 'string', description: 'Where to write; default: standard output' } }
    : {}),
  ...(endpoint.status === 202
    ? { wait: { type: 'boolean', default: true, description: 'Follow the job to its end (--no-wait: do not)' } }
    : {}),
})

const send = async (operation: Operation, endpoint: Endpoint, { params, given, client }: Call): Promise<unknown> => {
  if (endpoint.body?.kind === 'multipart') {
    const fields = Object.fromEntries(
      Object.entries(await bodyFrom(endpoint, given)).map(([name, value]) => [name, String(value)]),
    )
    const files = given['file'] === undefined ? [] : await filesAt(String(given['file']))
    return client.upload(operation, { params, fields, files } as never)
  }
  const body = endpoint.body === undefined ? {} : { body: await bodyFrom(endpoint, given) }
  const seen = endpoint.ifMatch === true ? { ifMatch: await versionOf(endpoint, params, client) } : {}
  return client.call(operation, { params, query: await queryFrom(endpoint, given), ...body, ...seen } as never)
}

/** A person at a terminal changes what is there now; the version of the object is read just before. */
const versionOf = async (endpoint: Endpoint, params: Call['params'], client: Client): Promise<number> => {
  const object = /^\/[^/]+\/\{id\}/.exec(endpoint.path)?.[0]
  const reading = Object.entries(endpoints).find(([, { method, path }]) => method === 'GET' && path === object)
  if (reading === undefined) throw new Error(`No operation reads what ${endpoint.path} changes`)
  return (
    (await client.call(reading[0] as 'getDataset', { params: { id: params['id'] ?? '' } })) as { version: number }
  ).version
}

const report = async (answer: unknown, { given, client }: Call): Promise<void> => {
  const begun = begunOf(answer)
  if (begun !== undefined && given['wait'] !== false) {
    const done: (object & { readonly job: Job })[] = []
    for (const each of begun) {
      const job = await followJob(client, each.job, terminal)
      done.push({ ...each, job })
      if (given['json'] !== true) terminal.out(`${job.title}: done. ${JSON.stringify(job.result)}\n`)
    }
    const shown = isBegun(answer) ? done[0] : { ...(answer as object), items: done }
    if (given['json'] === true) terminal.out(`${JSON.stringify(shown, null, 2)}\n`)
    return
  }
  if (answer === undefined) return
  terminal.out(given['json'] === true ? `${JSON.stringify(answer, null, 2)}\n` : `${formatAnswer(answer)}\n`)
}

type Begun = { readonly job: Job }

const isBegun = (answer: unknown): answer is Begun => typeof answer === 'object' && answer !== null && 'job' in answer

/** Work that the answer says was begun: one job, or a list of them. */
const begunOf = (answer: unknown): readonly Begun[] | undefined => {
  if (isBegun(answer)) return [answer]
  const items: unknown = typeof answer === 'object' && answer !== null && 'items' in answer ? answer.items : undefined
  return Array.isArray(items) && items.length > 0 && items.every(isBegun) ? items : undefined
}

const download = async (operation: Operation, endpoint: Endpoint, { params, given, client }: Call): Promise<void> => {
  const response = await client.download(operation, { params, query: await queryFrom(endpoint, given) } as never)
  if (response.body === null) return
  const source = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  const output = given['output']
  if (typeof output === 'string') await pipeline(source, createWriteStream(output))
  else for await (const part of source) process.stdout.write(part as Uint8Array)
}

const follow = async (operation: Operation, { params, given, client }: Call): Promise<void> => {
  if (operation === 'streamJob') {
    const done = await followJob(client, await client.call('getJob', { params: { id: params['id'] ?? '' } }), terminal)
    terminal.out(given['json'] === true ? `${JSON.stringify(done)}\n` : `${formatAnswer(done)}\n`)
    return
  }
  await client.stream('streamChanges', { onEvent: ({ data }) => terminal.out(`${JSON.stringify(data)}\n`) })
}

const askFromFile = async (operation: RowsOperation, { params, given, client }: Call): Promise<void> => {
  const path = given['file']
  const id = params['id'] ?? ''
  const query = await queryFrom(endpoints.predict, given)
  if (typeof path === 'string' && !path.endsWith('.json')) {
    const data = await readBytes(path)
    const type = mediaTypes[tableFormatOfFile(path)]
    const response = await client.sendBytes(operation, { params: { id }, query, data, type } as never)
    return terminal.out(`${JSON.stringify(await response.json(), null, 2)}\n`)
  }
  const body =
    typeof path === 'string'
      ? (JSON.parse(new TextDecoder().decode(await readBytes(path))) as unknown)
      : await bodyFrom(endpoints[operation], given)
  terminal.out(`${JSON.stringify(await client.call(operation, { params: { id }, query, body } as never), null, 2)}\n`)
}

const readBytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    throw cliError('cli.file', { path, reason: error instanceof Error ? error.message : String(error) })
  }
}
