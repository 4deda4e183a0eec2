import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { demandEngine } from '@modelsmith/runner'

const run = promisify(execFile)
const name = 'localhost/modelsmith/test-base:12'

/** Where this machine takes Debian from: its own setting, so that a mirror of a company is used here too. */
const mirror = async (): Promise<string> => {
  const folder = '/etc/apt/sources.list.d'
  const listed = await readdir(folder).catch(() => [])
  const texts = await Promise.all(
    ['/etc/apt/sources.list', ...listed.map((file) => join(folder, file))].map((file) =>
      readFile(file, 'utf8').catch(() => ''),
    ),
  )
  const found = /(?:^URIs:\s*|^deb\s+(?:\[[^\]]*\]\s+)?)(https?:\S+debian\/?)(?=\s|$)/m.exec(texts.join('\n'))
  return found?.[1] ?? 'http://deb.debian.org/debian'
}

/** An image with Debian and nothing else, made of its packages: no registry of images is asked. */
export const baseImage = async (folder: string): Promise<string> => {
  const { program, options } = await demandEngine()
  const there = await run(program, [...options, 'image', 'inspect', name]).then(
    () => true,
    () => false,
  )
  if (there) return name
  const archive = join(folder, 'base.tar')
  const less = ['doc', 'man', 'locale'].map((part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`)
  await run('mmdebstrap', [
    '--variant=apt',
    '--include=ca-certificates',
    '--quiet',
    ...less,
    'bookworm',
    archive,
    await mirror(),
  ])
  await run(program, [...options, 'import', archive, name])
  return name
}
