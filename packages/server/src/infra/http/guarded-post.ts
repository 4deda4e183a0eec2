import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { infraError } from '../errors.ts'
import { judgedAddress } from './judged-address.ts'

const patienceMs = 10_000

type Post = {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** `host` or `host:port` that may be reached although its address is private. */
  readonly allowed: readonly string[]
  /** Breaks it off. */
  readonly signal?: AbortSignal
}

/** An address that may be posted to: http or https, without a name and password in it. */
export const demandPostable = (text: string): URL => {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw infraError('webhook.address', {})
  return url
}

/**
 * Posts JSON to an address that somebody chose; the status of the answer, whose body is not read. The host is looked up and judged here and
 * connected to by its number, so that its name cannot mean another address the second time it is asked; redirects are not followed.
 */
export const guardedPost = async ({ url: text, body, headers, allowed, signal }: Post): Promise<number> => {
  const url = demandPostable(text)
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const isName = isIP(name) === 0
  const address = await judgedAddress(name, url.host, allowed)
  if (address === undefined) throw infraError('webhook.private', { host: url.host })
  const answered = Promise.withResolvers<number>()
  const isSecure = url.protocol === 'https:'
  const call = (isSecure ? requestHttps : requestHttp)({
    host: address,
    port: url.port || (isSecure ? 443 : 80),
    path: url.pathname + url.search,
    method: 'POST',
    headers: {
      ...headers,
      host: url.host,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
    setHost: false,
    agent: false,
    signal: AbortSignal.any([AbortSignal.timeout(patienceMs), ...(signal === undefined ? [] : [signal])]),
    ...(isName ? { servername: name } : {}),
  })
  call.once('response', (answer) => {
    answered.resolve(answer.statusCode ?? 0)
    answer.destroy()
  })
  call.on('error', answered.reject)
  call.end(body)
  return answered.promise
}
