import { createHash } from 'node:crypto'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { judgedAddress } from '../http/judged-address.ts'
import type { S3Access } from './access.ts'
import { s3Error } from './errors.ts'
import { encoded, pathOf, type S3Place, wordsOf } from './place.ts'
import { textOf } from './xml.ts'

export type Ask = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly place: S3Place
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Who asks, what private hosts may be reached, and what breaks it off. */
export type Asker = {
  readonly access: S3Access
  readonly allowed: readonly string[]
  readonly signal: AbortSignal
}

const silenceMs = 30_000
const pausesMs = [200, 800, 2000]
/** What passes by itself, or may. */
const passing = new Set([429, 500, 502, 503, 504])

/** An answer of S3 that is no refusal; asked again where it is away for a moment. Whoever asks reads its body. */
export const askS3 = async (asker: Asker, ask: Ask): Promise<IncomingMessage> => {
  for (let tried = 0; ; tried++) {
    const isLast = tried === pausesMs.length
    try {
      const answer = await send(asker, ask)
      const status = answer.statusCode ?? 0
      if (status < 300) return answer
      const text = await bodyOf(answer)
      if (isLast || !passing.has(status)) throw refusal(asker, ask, answer, text)
    } catch (error) {
      asker.signal.throwIfAborted()
      if (isOurs(error)) throw error
      if (isLast) throw awayOf(asker, error)
    }
    await after(pausesMs[tried], undefined, { signal: asker.signal })
  }
}

/** A whole answer, as text. */
export const askText = async (
  asker: Asker,
  ask: Ask,
): Promise<{ text: string; headers: IncomingMessage['headers'] }> => {
  const answer = await askS3(asker, ask)
  try {
    return { text: await bodyOf(answer), headers: answer.headers }
  } catch (error) {
    asker.signal.throwIfAborted()
    throw awayOf(asker, error)
  }
}

const isOurs = (error: unknown): boolean => error instanceof Error && 'kind' in error

export const awayOf = ({ access }: Asker, error: unknown) => {
  const { message, code } = error as NodeJS.ErrnoException
  return s3Error('s3.away', { host: access.endpoint.host, reason: message || String(code) }, { cause: error })
}

const mostText = 16 * 2 ** 20

const bodyOf = async (answer: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part)
    bytes += part.length
    if (bytes > mostText) throw new RangeError(`an answer has more than ${mostText} bytes`)
  }
  return Buffer.concat(parts).toString('utf8')
}

const send = async (
  { access, allowed, signal }: Asker,
  { method, place, query = {}, headers = {}, body }: Ask,
): Promise<IncomingMessage> => {
  const { endpoint, region, accessKeyId, secretAccessKey } = access
  const url = urlOf(access, place, query)
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const isAllowed = [endpoint.hostname, endpoint.host].some((host) => allowed.includes(host))
  const address = await judgedAddress(name, url.host, isAllowed ? [name] : [])
  if (address === undefined) throw s3Error('s3.private', { host: endpoint.host })
  const signed = await new AwsV4Signer({
    url: url.href,
    method,
    headers: {
      ...headers,
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    },
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
  }).sign()
  const isSecure = url.protocol === 'https:'
  const answered = Promise.withResolvers<IncomingMessage>()
  // The host was judged by its number: its name cannot mean another address the second time it is asked.
  const call = (isSecure ? requestHttps : requestHttp)({
    host: address,
    port: url.port || (isSecure ? 443 : 80),
    path: url.pathname + url.search,
    method,
    headers: { ...Object.fromEntries(signed.headers), host: url.host, 'content-length': body?.length ?? 0 },
    setHost: false,
    agent: false,
    signal,
    ...(isIP(name) === 0 ? { servername: name } : {}),
  })
  call.setTimeout(silenceMs, () => call.destroy(new Error(`nothing was heard for ${silenceMs / 1000} seconds`)))
  call.once('response', answered.resolve)
  call.on('error', answered.reject)
  call.end(body)
  return answered.promise
}

const urlOf = ({ endpoint, pathStyle }: S3Access, place: S3Place, query: Readonly<Record<string, string>>): URL => {
  const search = Object.entries(query)
    .map((pair) => pair.map(encoded).join('='))
    .join('&')
  const [host, path] = pathStyle
    ? [endpoint.host, `${place.bucket}/${pathOf(place)}`]
    : [`${place.bucket}.${endpoint.host}`, pathOf(place)]
  return new URL(`${endpoint.protocol}//${host}/${path}${search === '' ? '' : `?${search}`}`)
}

const refusal = (
  { access }: Asker,
  { place }: Ask,
  { statusCode: status = 0, headers }: IncomingMessage,
  text: string,
) => {
  const { bucket } = place
  const { host } = access.endpoint
  const code = textOf(text, 'Code')
  const words = textOf(text, 'Message') || code || 'without a word'
  if (code === 'NoSuchBucket') return s3Error('s3.noBucket', { bucket, host })
  if (status === 412 || status === 416) return s3Error('s3.changed', { place: wordsOf(place) })
  if (status === 301 || status === 307 || code === 'AuthorizationHeaderMalformed') {
    const expected = String(headers['x-amz-bucket-region'] ?? textOf(text, 'Region'))
    return s3Error('s3.region', { bucket, region: access.region, expected })
  }
  if (code === 'NoSuchKey' || (status === 404 && code === '')) return s3Error('s3.noObject', { place: wordsOf(place) })
  const reason = code === '' || words === code ? words : `${code}: ${words}`
  if (status === 401 || status === 403) return s3Error('s3.denied', { place: wordsOf(place), reason })
  return s3Error('s3.failed', { place: wordsOf(place), status, reason })
}
