import { type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { useTimeRange } from './time-range.tsx'

/** Room that charts over time leave beside their plot; in pixels. */
export const timeMargins = { marginLeft: 56, marginRight: 20 }

type DragRangeProps = {
  readonly from: string
  readonly to: string
  readonly children: ReactNode
}

/** A chart over time: dragging over it chooses the time that the whole page is about. With a keyboard, the range is typed. */
export const DragRange = ({ from, to, children }: DragRangeProps) => {
  const place = useRef<HTMLDivElement>(null)
  const [, set] = useTimeRange()
  const [dragged, setDragged] = useState<readonly [number, number] | undefined>()

  /** How far along the axis of time the pointer is, from 0 to 1. */
  const shareAt = ({ clientX }: PointerEvent): number => {
    const { left = 0, width = 1 } = place.current?.getBoundingClientRect() ?? {}
    const plot = width - timeMargins.marginLeft - timeMargins.marginRight
    return Math.min(1, Math.max(0, (clientX - left - timeMargins.marginLeft) / plot))
  }
  const momentAt = (share: number): string =>
    new Date(Date.parse(from) + share * (Date.parse(to) - Date.parse(from))).toISOString()

  const left = (share: number) =>
    `calc(${timeMargins.marginLeft}px + (100% - ${timeMargins.marginLeft + timeMargins.marginRight}px) * ${share})`
  const [start, end] = dragged === undefined ? [0, 0] : [Math.min(...dragged), Math.max(...dragged)]
  return (
    <div
      ref={place}
      style={{ position: 'relative', touchAction: 'pan-y' }}
      onPointerDown={(event) => {
        if (event.button !== 0 || !(event.target instanceof SVGElement)) return
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        setDragged([shareAt(event), shareAt(event)])
      }}
      onPointerMove={(event) => {
        if (dragged !== undefined) setDragged([dragged[0], shareAt(event)])
      }}
      onPointerUp={() => {
        setDragged(undefined)
        // A click chooses nothing.
        if (end - start > 0.01) set({ from: momentAt(start), to: momentAt(end) })
      }}
      onPointerCancel={() => setDragged(undefined)}
    >
      {children}
      {dragged === undefined ? null : (
        <div
          style={{
            position: 'absolute',
            pointerEvents: 'none',
            top: 0,
            bottom: 28,
            left: left(start),
            width: `calc((100% - ${timeMargins.marginLeft + timeMargins.marginRight}px) * ${end - start})`,
            background: 'var(--mantine-color-indigo-5)',
            opacity: 0.2,
          }}
        />
      )}
    </div>
  )
}
