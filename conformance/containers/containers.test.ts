import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type BuildLimits,
  brokeredContainers,
  buildImage,
  demandEngine,
  findEngine,
  isEngine,
  removeImage,
  startBroker,
  takeInventory,
} from '@modelsmith/runner'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { machineImage } from '../../packages/runner/src/containers/machine-image.ts'

/** Only CI must have an engine. */
const wanted = process.env['CI'] !== undefined || isEngine(await findEngine()) ? ['containers'] : []
const folder = mkdtempSync(join(tmpdir(), 'ms-containers-'))
chmodSync(folder, 0o755)
let count = 0
const tags: string[] = []
afterAll(async () => {
  for (const tag of tags) await removeImage(await demandEngine(), tag)
  rmSync(folder, { recursive: true, force: true })
})

const limits: BuildLimits = { seconds: 120, diskMb: 1000, reserveMb: 1, memoryMb: 1024 }

/** Builds from nothing: the machine's own shell and libraries are copied in, so that a step can run. */
const build = async (steps: string, more: Partial<BuildLimits> = {}, signal = new AbortController().signal) => {
  const context = join(folder, `context${count++}`)
  mkdirSync(context)
  writeFileSync(join(context, 'Dockerfile'), steps)
  const lines: string[] = []
  const tag = `localhost/modelsmith/conformance:${process.pid}-${count}`
  tags.push(tag)
  const built = buildImage(await demandEngine(), {
    context,
    tag,
    limits: { ...limits, ...more },
    signal,
    onLine: (line) => lines.push(line),
  })
  return { built, lines, tag }
}

describe.each(wanted)('%s', () => {
  it('say where a Dockerfile is wrong', { timeout: 120_000 }, async () => {
    const { built, lines } = await build(`FROM ${machineImage}\nCOPY nothing /nothing\n`)
    await expect(built).rejects.toMatchObject({ code: 'container.build', kind: 'userCode' })
    expect(lines.join('\n')).toContain('nothing')
  })

  it('say that an image is not to be had', { timeout: 120_000 }, async () => {
    const { built } = await build('FROM localhost/nobody/has-this:1\n')
    await expect(built).rejects.toMatchObject({ code: 'container.build' })
  })

  it('say that an image has no Python', { timeout: 120_000 }, async () => {
    const { built, tag } = await build(`FROM ${machineImage}\nLABEL empty=yes\n`)
    expect(await built).toMatch(/[0-9a-f]{64}/)
    await expect(takeInventory(await demandEngine(), tag)).rejects.toMatchObject({ code: 'container.noPython' })
  })

  it('are stopped when nobody waits for them', { timeout: 120_000 }, async () => {
    const stop = new AbortController()
    stop.abort()
    const { built } = await build(`FROM ${machineImage}\n`, {}, stop.signal)
    await expect(built).rejects.toMatchObject({ code: 'container.buildCancelled' })
  })

  it('take no more disk than they may', { timeout: 120_000 }, async () => {
    const { built } = await build(`FROM ${machineImage}\n`, { reserveMb: 2 ** 40 })
    await expect(built).rejects.toMatchObject({ code: 'container.diskFull' })
  })

  it('take no more time than they may', { timeout: 120_000 }, async () => {
    const { built } = await build(`FROM ${machineImage}\n`, { seconds: 0.01 })
    await expect(built).rejects.toMatchObject({ code: 'container.buildTime' })
  })

  it('are started for another process within bounds only', { timeout: 120_000 }, async () => {
    const user = { uid: 65_534, gid: 65_534 }
    const sockets = join(folder, 'sockets')
    const shown = join(folder, 'shown')
    mkdirSync(shown)
    const stop = startBroker({ folder: sockets, user, images: 'localhost/modelsmith/machine', mayShow: [shown] })
    try {
      const { run } = await vi.waitFor(() => brokeredContainers(sockets)(), 30_000)
      const spec = {
        name: `modelsmith-${process.pid}-broker${count++}`,
        image: machineImage,
        command: ['/usr/bin/id', '-u'],
        mounts: ['/usr', '/bin', '/lib', '/lib64'].map((path) => ({ from: path, to: path, writable: false })),
        limits: { memoryMb: 64, processes: 8 },
        tmpMb: 16,
        user: { uid: 0, gid: 0 },
        network: 'isolated' as const,
        variables: {},
        without: new Set<never>(),
      }
      expect(await run(spec).ended).toMatchObject({ code: 0 })
      // It asked for root, and was not.
      const isRoot = { ...spec, name: `${spec.name}b`, command: ['/usr/bin/test', '-r', '/etc/shadow'] }
      expect(await run(isRoot).ended).toMatchObject({ code: 1 })
      const outside = { ...spec, name: `${spec.name}c`, mounts: [{ from: '/root', to: '/root', writable: false }] }
      expect(await run(outside).ended).toMatchObject({ problem: expect.stringContaining('/root') })
      const other = { ...spec, name: `${spec.name}d`, image: 'localhost/other:1' }
      expect(await run(other).ended).toMatchObject({ problem: expect.stringContaining('localhost/other:1') })
    } finally {
      stop()
    }
  })
})
