import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { shippableSuffix } from './log.ts'

/** Gives segments that no process writes any more their last names, of however many processes they are. */
export const finishSegments = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    const end = /\.open\d*$/.exec(name)
    if (end !== null) renameSync(join(folder, name), join(folder, `${name.slice(0, end.index)}${shippableSuffix}`))
  }
}
