import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openInside } from './inside.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'modelsmith-inside-')))
const folder = join(root, 'output')
mkdirSync(join(folder, 'part'), { recursive: true })
mkdirSync(join(root, 'secrets'))
writeFileSync(join(root, 'secrets', 'key'), 'secret')
writeFileSync(join(folder, 'part', 'model.pkl'), 'fitted')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const open = (path: string) => () => openInside(folder, join(folder, path))
const link = 'is a link, a pipe or something else that is no file'

describe('openInside', () => {
  it('opens a file of the folder', () => {
    const descriptor = openInside(folder, join(folder, 'part', 'model.pkl'))
    expect(readFileSync(descriptor, 'utf8')).toBe('fitted')
    closeSync(descriptor)
  })

  it('refuses a link, and a file behind a folder that is one', () => {
    symlinkSync(join(root, 'secrets', 'key'), join(folder, 'leak'))
    symlinkSync(join(root, 'secrets'), join(folder, 'away'))
    expect(open('leak')).toThrow(`"leak" ${link}`)
    expect(open('away/key')).toThrow(`"away/key" ${link}`)
  })

  it('refuses a pipe without waiting for who writes to it', () => {
    spawnSync('mkfifo', [join(folder, 'pipe')])
    expect(open('pipe')).toThrow(`"pipe" ${link}`)
  })

  it('refuses a file outside of the folder', () => {
    expect(open('../secrets/key')).toThrow(link)
  })
})
