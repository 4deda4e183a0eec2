import { closeSync, readFileSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openInside } from './inside.ts'
import type { Session } from './types.ts'

/** A table of a session as bytes; what the session wrote is removed. */
export const takeTable = async (session: Session, handle: string): Promise<Uint8Array> => {
  const folder = realpathSync.native(session.output)
  const file = join(folder, handle.replaceAll(' ', '-'))
  await session.storeTable(handle, join(session.output, handle.replaceAll(' ', '-')))
  const descriptor = openInside(folder, file)
  try {
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
    await rm(file)
  }
}
