import type { Direction, Line } from './layout.ts'

const keys = {
  right: { reads: 'ArrowLeft', readers: 'ArrowRight', before: 'ArrowUp', after: 'ArrowDown' },
  down: { reads: 'ArrowUp', readers: 'ArrowDown', before: 'ArrowLeft', after: 'ArrowRight' },
} as const satisfies Record<Direction, object>

/** The box that an arrow key leads to: along the lines to what is read and who reads, across them to its neighbours in order. */
export const walk = (
  ids: readonly string[],
  lines: readonly Line[],
  direction: Direction,
  from: string | undefined,
  key: string,
): string | undefined => {
  if (from === undefined || !ids.includes(from)) return ids[0]
  const index = ids.indexOf(from)
  const { reads, readers, before, after } = keys[direction]
  const next = {
    [reads]: lines.find((line) => line.to === from && ids.includes(line.from))?.from,
    [readers]: lines.find((line) => line.from === from)?.to,
    [before]: ids[index - 1],
    [after]: ids[index + 1],
  }[key]
  return next ?? from
}
