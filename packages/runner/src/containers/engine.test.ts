import { afterEach, describe, expect, it, vi } from 'vitest'
import { demandEngine, findEngine } from './engine.ts'

afterEach(() => vi.unstubAllEnvs())

describe('a machine without an engine', () => {
  it('is told what was tried, and what to do', async () => {
    vi.stubEnv('PATH', '/nowhere')
    expect(await findEngine()).toEqual({ tried: ['docker: it is not installed', 'podman: it is not installed'] })
    await expect(demandEngine()).rejects.toMatchObject({
      code: 'container.noEngine',
      kind: 'unavailable',
      message: expect.stringContaining('docker: it is not installed'),
      hint: expect.stringContaining('apt-get install podman runc'),
    })
  })

  it('is told of the one that an operator named', async () => {
    vi.stubEnv('PATH', '/nowhere')
    vi.stubEnv('MODELSMITH_CONTAINER_ENGINE', 'podman')
    expect(await findEngine()).toEqual({ tried: ['podman: it is not installed'] })
  })
})
