import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSession } from '../session.ts'
import type { Environment } from '../types.ts'
import { containerPlace, type RunContainer } from './container.ts'

const environment: Environment = {
  name: 'own',
  language: 'python',
  fingerprint: 'own',
  interpreter: '/usr/bin/python3',
  roots: [],
  preload: [],
  image: 'localhost/own:1',
}
const limits = { wallSeconds: 1, cpuSeconds: 1, memoryMb: 64, processes: 8, fileSizeMb: 1, threads: 1 }

it('keeps what describes a session, secrets among it, for the user of the session alone', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'ms-session-'))
  const folder = join(parent, 's')
  const uid = process.getuid?.() ?? 0
  const found: { mode: number; uid: number; gid: number }[] = []
  let description = ''
  // Looks at what the container would find, and lets none begin.
  const run: RunContainer = () => {
    for (const path of [folder, join(folder, 'spec.json')]) {
      const { mode, uid: owner, gid } = statSync(path)
      found.push({ mode: mode & 0o777, uid: owner, gid })
    }
    description = readFileSync(join(folder, 'spec.json'), 'utf8')
    return { ended: Promise.resolve({ code: 125, signal: null, cpuSeconds: 0, problem: 'nothing' }), kill: () => {} }
  }
  const opening = openSession(
    { environment, limits, readable: [], writable: [], secrets: { WH_PASSWORD: 'correct-horse' } },
    {
      id: 's',
      folder,
      place: containerPlace(run, environment, 1, false),
      sandbox: 'full',
      uid,
      onGone: () => {},
    },
  )
  await expect(opening).rejects.toThrow('nothing')
  expect(description).toContain('correct-horse')
  // Others may not enter the folder, nor read the description; who may enter cannot list it.
  expect(found).toEqual([
    { mode: 0o710, uid, gid: uid },
    { mode: 0o600, uid, gid: uid },
  ])
  rmSync(parent, { recursive: true, force: true })
})
