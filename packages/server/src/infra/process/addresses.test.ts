import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { demandFree } from './addresses.ts'

const occupy = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, address: { setting: 'MODELSMITH_PORT', host: '127.0.0.1', port } }
}

it('says which setting names an address that is taken', async () => {
  const { server, address } = await occupy()
  await expect(demandFree(address, { forMs: 0, everyMs: 1 })).rejects.toMatchObject({
    code: 'settings.address',
    message: `Nothing can listen at 127.0.0.1, port ${address.port}: another program listens there.`,
    hint: 'Name another by MODELSMITH_PORT, or end the other program.',
  })
  server.close()
})

it('says at once that the machine has no such address', async () => {
  const address = { setting: 'MODELSMITH_PORT', host: '203.0.113.1', port: 8080 }
  await expect(demandFree(address)).rejects.toMatchObject({ code: 'settings.address' })
})

it('waits for what is about to end', async () => {
  const { server, address } = await occupy()
  setTimeout(() => server.close(), 200)
  await expect(demandFree(address, { forMs: 10_000, everyMs: 20 })).resolves.toBe(undefined)
})
