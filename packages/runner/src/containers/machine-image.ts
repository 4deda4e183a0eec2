import { existsSync } from 'node:fs'
import { lastLine, runToEnd } from './command.ts'
import type { Engine } from './engine.ts'

/**
 * An image with nothing in it: a container of it shows the machine's own system folders, read-only, as the other sandbox does, so
 * that the built-in environments need no image of theirs and no registry.
 */
export const machineImage = 'localhost/modelsmith/machine:1'

/** A tar archive ends with two blocks of zeros; this one only ends. */
const emptyArchive = Buffer.alloc(10_240)

/** Imports it where it is not there; what went wrong, in the engine's words. */
export const makeMachineImage = async ({
  program,
  options,
}: Pick<Engine, 'program' | 'options'>): Promise<string | undefined> => {
  const there = await runToEnd(program, [...options, 'image', 'inspect', machineImage])
  if (there.code === 0) return undefined
  const made = await runToEnd(program, [...options, 'import', '-', machineImage], { input: emptyArchive })
  return made.code === 0 ? undefined : lastLine(made.stderr)
}

/** The system that such a container shows: what `build_root` of the other sandbox shows. */
export const machineFolders = (): readonly string[] =>
  [
    '/usr',
    '/bin',
    '/sbin',
    '/lib',
    '/lib64',
    '/lib32',
    '/libx32',
    '/etc/ld.so.cache',
    '/etc/alternatives',
    '/etc/ssl/certs',
    '/etc/localtime',
    '/etc/fonts',
    '/etc/R',
  ].filter(existsSync)
