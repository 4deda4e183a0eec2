import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeRuntimeFolder } from './runtime-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'modelsmith-runtime-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

describe('makeRuntimeFolder', () => {
  it('makes a folder that sessions of any user can reach', () => {
    expect(statSync(makeRuntimeFolder(parent)).mode & 0o777).toBe(0o755)
  })

  it('removes what processes that were killed have left, and nothing else', () => {
    const { pid: dead } = spawnSync('true')
    const left = join(parent, `ms-run-${dead}-abc`)
    mkdirSync(join(left, 'session', 'out'), { recursive: true })
    writeFileSync(join(left, 'session', 'out', 'table.cols'), '')
    const kept = [join(parent, `ms-run-${process.pid}-abc`), join(parent, `ms-other-${dead}-abc`)]
    for (const folder of kept) mkdirSync(folder)
    const file = join(parent, `ms-run-${dead}-file`)
    writeFileSync(file, '')
    makeRuntimeFolder(parent)
    expect([left, ...kept, file].map((path) => existsSync(path))).toEqual([false, true, true, true])
  })
})
