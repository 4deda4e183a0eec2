import { callFilter } from './r-calls.ts'

/** A frame of a traceback, in Python's form and ours for R; and a warning, below which Python shows the line that gave it. */
const frame = /^(\s*)(?:File "[^"]*", line \d+|\S.*:\d+: \w*Warning: )/

/** A printed line; the prints of several tasks and streams come one between another. */
export type PrintedLine = {
  readonly sequence: number
  readonly source: string
  readonly node: string | null
  readonly text: string
}

/**
 * Gives line by line, in order, what may be shown to somebody who may not see the code: all but what stands below a frame, further
 * in than the frame's own line, which is source, and the calls that R names. Frames, messages and other prints stay.
 */
export const sourceFilter = () => {
  /** How far in the latest frame stands, by stream; less than 0 where none is open. */
  const frames = new Map<string, number>()
  const calls = new Map<string, ReturnType<typeof callFilter>>()
  let unknown = -1
  let last = 0
  return <L extends PrintedLine>(line: L): L | undefined => {
    const { sequence, source, node, text } = line
    const stream = `${source} ${node}`
    if (sequence !== last + 1) {
      // What comes after lines that are not there may belong to a frame among them.
      frames.clear()
      calls.clear()
      unknown = 0
    }
    last = sequence
    const inside = frames.get(stream) ?? unknown
    const opens = frame.exec(text)
    const indent = text.length - text.trimStart().length
    if (opens === null && inside >= 0 && indent > inside && text.trim() !== '') return undefined
    frames.set(stream, opens === null ? -1 : (opens[1] ?? '').length)
    const known = calls.get(stream)
    const withoutCalls = known ?? callFilter()
    calls.set(stream, withoutCalls)
    const shown = withoutCalls(text, known === undefined && unknown === 0)
    return shown === text ? line : { ...line, text: shown }
  }
}

/** A whole text, such as a traceback, without its source lines. */
export const withoutSource = (text: string): string => {
  const shown = sourceFilter()
  return text
    .split('\n')
    .flatMap((line, index) => shown({ sequence: index + 1, source: '', node: null, text: line })?.text ?? [])
    .join('\n')
}
