import type { Line } from './layout.ts'

/** The box that an arrow key leads to: left to what is read, right to who reads, up and down among all in order. */
export const walk = (
  ids: readonly string[],
  lines: readonly Line[],
  from: string | undefined,
  key: string,
): string | undefined => {
  if (from === undefined || !ids.includes(from)) return ids[0]
  const index = ids.indexOf(from)
  const next = {
    ArrowLeft: lines.find((line) => line.to === from && ids.includes(line.from))?.from,
    ArrowRight: lines.find((line) => line.from === from)?.to,
    ArrowUp: ids[index - 1],
    ArrowDown: ids[index + 1],
  }[key]
  return next ?? from
}
