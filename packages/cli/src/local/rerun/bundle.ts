import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RunBundle } from '@modelsmith/api'
import { check } from '@modelsmith/domain'
import { cliError } from '../../errors.ts'
import { untar } from './untar.ts'

/** What a folder that a bundle was unpacked to says of its run. */
export const readBundle = async (folder: string): Promise<RunBundle> => {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => {
    throw cliError('cli.archive', { reason: 'it has no run.json' })
  })
  const value = parsed(text)
  const findings = check(RunBundle, value)
  if (findings.length > 0) throw cliError('cli.archive', { reason: 'its run.json is of another version' }, { findings })
  return value as RunBundle
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw cliError('cli.archive', { reason: 'its run.json is no JSON' }, { cause })
  }
}

/** The folder of a bundle: itself where it is one, otherwise `into`, to which the archive is unpacked. */
export const openBundle = async (path: string, into: string): Promise<string> => {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw cliError('cli.file', { path, reason: cause.code ?? cause.message }, { cause })
  })
  if (found.isDirectory()) return path
  await untar(createReadStream(path), into, () => {})
  return into
}
