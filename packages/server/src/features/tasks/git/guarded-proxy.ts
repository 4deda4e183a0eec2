import { randomBytes } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, isIP, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { isPublicAddress } from '../../../infra/http/public-address.ts'

export type GuardedProxy = {
  /** For `http_proxy` and `https_proxy`, with a secret that nobody else knows. */
  readonly address: string
  /** A host at a private address that was asked for and refused. */
  readonly refused: () => string | undefined
  /** Whether more bytes came than are allowed. */
  readonly exceeded: () => boolean
  readonly close: () => void
}

type ProxySettings = {
  /** `host` or `host:port` that may be reached although its address is private. */
  readonly allowed: readonly string[]
  readonly mostBytes: number
}

/**
 * An HTTP proxy for one child process that has no other way out. Each connection, also that of a redirect, goes to an address that
 * was looked up and judged here, so that no name can mean another address the second time it is asked.
 */
export const startGuardedProxy = async ({ allowed, mostBytes }: ProxySettings): Promise<GuardedProxy> => {
  const secret = randomBytes(24).toString('hex')
  const expected = `Basic ${Buffer.from(`git:${secret}`).toString('base64')}`
  const sockets = new Set<Socket>()
  let refused: string | undefined
  let bytes = 0

  /** An address of the host that may be connected to. */
  const judge = async (host: string, port: number): Promise<string | undefined> => {
    const name = host.replace(/^\[|\]$/g, '')
    const addresses = isIP(name) === 0 ? (await lookup(name, { all: true })).map(({ address }) => address) : [name]
    if (allowed.includes(name) || allowed.includes(`${host}:${port}`)) return addresses[0]
    if (addresses.length > 0 && addresses.every(isPublicAddress)) return addresses[0]
    refused ??= `${host}:${port}`
    return undefined
  }

  const counted = () =>
    new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length
        done(bytes > mostBytes ? new Error('More came than is taken') : null, chunk)
      },
    })

  const forward = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const url = URL.parse(asked.url ?? '')
    if (asked.headers['proxy-authorization'] !== expected) return void answer.writeHead(407).end()
    if (url === null || url.protocol !== 'http:') return void answer.writeHead(400).end()
    const port = Number(url.port || 80)
    const address = await judge(url.hostname, port)
    if (address === undefined) return void answer.writeHead(403).end()
    const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = asked.headers
    const onward = request({
      host: address,
      port,
      method: asked.method ?? 'GET',
      path: url.pathname + url.search,
      headers: { ...headers, host: url.host },
      setHost: false,
    })
    onward.once('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response
        .pipe(counted())
        .once('error', () => answer.destroy())
        .pipe(answer)
    })
    onward.once('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()))
    answer.once('close', () => onward.destroy())
    asked.pipe(onward)
  }

  const tunnel = async (asked: IncomingMessage, socket: Socket): Promise<void> => {
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
    if (asked.headers['proxy-authorization'] !== expected) return void refuse('407 Proxy Authentication Required')
    const [, host, port] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(asked.url ?? '') ?? []
    if (host === undefined || Number(port) > 65_535) return void refuse('400 Bad Request')
    const address = await judge(host, Number(port))
    if (address === undefined) return void refuse('403 Forbidden')
    let isOpen = false
    const onward = connect(Number(port), address, () => {
      isOpen = true
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward
        .pipe(counted())
        .once('error', () => socket.destroy())
        .pipe(socket)
      socket.pipe(onward)
    })
    onward.on('error', () => (isOpen ? socket.destroy() : refuse('502 Bad Gateway')))
    onward.once('close', () => socket.destroy())
    socket.once('close', () => onward.destroy())
  }

  const server = createServer((asked, answer) => void forward(asked, answer).catch(() => answer.writeHead(502).end()))
  server.on('connect', (asked: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy())
    void tunnel(asked, socket).catch(() => socket.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  return {
    address: `http://git:${secret}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    exceeded: () => bytes > mostBytes,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
