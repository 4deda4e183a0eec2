import { createServer, type Server, type Socket } from 'node:net'

/** A unix socket that takes one connection. */
export const listenOnce = async (path: string): Promise<{ server: Server; connected: Promise<Socket> }> => {
  const server = createServer()
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return { server, connected }
}
