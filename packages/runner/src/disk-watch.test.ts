import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DiskLimit, watchDisk } from './disk-watch.ts'

let folder: string
let stop = () => {}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modelsmith-disk-'))
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Calls back as often as it looks. */
const watched = (limit: DiskLimit, uid?: number) => {
  const exceeded: DiskLimit[] = []
  let looks = 0
  const asked = () => {
    looks++
    return limit
  }
  stop = watchDisk([folder], asked, uid, (most) => exceeded.push(most), 5)
  return { exceeded, looks: () => looks }
}

describe('what a session writes', () => {
  it('is bounded in all, however small each file is', async () => {
    mkdirSync(join(folder, 'below'))
    const { exceeded, looks } = watched({ megabytes: 1, entries: 1000 })
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(1))
    for (let index = 0; index < 20; index++) writeFileSync(join(folder, 'below', `${index}`), Buffer.alloc(100_000, 1))
    await vi.waitFor(() => expect(exceeded).toEqual([{ megabytes: 1, entries: 1000 }]))
  })

  it('is bounded in its number, however empty', async () => {
    const { exceeded, looks } = watched({ megabytes: 1, entries: 10 })
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(1))
    for (let index = 0; index < 20; index++) mkdirSync(join(folder, `${index}`))
    await vi.waitFor(() => expect(exceeded).toHaveLength(1))
  })

  it('is told from what was there before', async () => {
    writeFileSync(join(folder, 'before'), Buffer.alloc(5_000_000, 1))
    const { exceeded, looks } = watched({ megabytes: 1, entries: 10 })
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(2))
    expect(exceeded).toEqual([])
    writeFileSync(join(folder, 'after'), Buffer.alloc(2_000_000, 1))
    await vi.waitFor(() => expect(exceeded).toHaveLength(1))
  })

  it('may be as much as that; links lead nowhere, and the files of others are theirs', async () => {
    writeFileSync(join(folder, 'own'), Buffer.alloc(500_000, 1))
    symlinkSync('/usr', join(folder, 'link'))
    const few = watched({ megabytes: 1, entries: 10 })
    await vi.waitFor(() => expect(few.looks()).toBeGreaterThan(2))
    expect(few.exceeded).toEqual([])
    stop()
    writeFileSync(join(folder, 'large'), Buffer.alloc(5_000_000, 1))
    const others = watched({ megabytes: 1, entries: 10 }, 4_000_000_000)
    await vi.waitFor(() => expect(others.looks()).toBeGreaterThan(2))
    expect(others.exceeded).toEqual([])
  })
})
