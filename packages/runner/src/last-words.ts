import { closeSync, openSync, readSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { ModelsmithError, type Place } from '@modelsmith/table'

const mostBytes = 65_536
const frame = /^ {2}File "(.+)", line (\d+) in /gm

/**
 * Where code was when its process ended, from what the worker left in a file: first the hook that ran, then, if a crash or a limit
 * met the code, its stack with the innermost frame first. User code can write there too: only places within task folders count.
 */
export const readLastWords = (file: string, codeDirs: Iterable<string>): Place | undefined => {
  const folders = [...codeDirs]
  const places = [...beginOf(file).matchAll(frame)].flatMap(([, path = '', line]): Place[] => {
    const folder = folders.find((each) => path.startsWith(each + sep))
    return folder === undefined ? [] : [{ file: relative(folder, path), line: Number(line) }]
  })
  return places[1] ?? places[0]
}

const beginOf = (file: string): string => {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(mostBytes)
      return bytes.toString('utf8', 0, readSync(descriptor, bytes))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return ''
  }
}

/** An error of user code with its place, in the fields and in the words. */
export const located = (error: ModelsmithError, place: Place | undefined): ModelsmithError =>
  place === undefined || error.kind !== 'userCode'
    ? error
    : new ModelsmithError({
        ...error.toJSON(),
        message: `${place.file}${place.line === undefined ? '' : `, line ${place.line}`}: ${error.message}`,
        place,
        cause: error,
      })
