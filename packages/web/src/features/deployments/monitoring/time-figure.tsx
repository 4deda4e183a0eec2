import { lineY, type Markish, ruleY, text as textMark, dot } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent, second } from '../../../ui/chart.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatTick } from '../../../ui/format.ts'
import { DragRange, timeMargins } from './drag-range.tsx'

type Point = { readonly at: string }
export type Line<P extends Point> = { readonly name: string; readonly value: (point: P) => number | null }

type TimeFigureProps<P extends Point> = {
  readonly title: string
  readonly basis: string
  readonly words?: string
  readonly label: string
  readonly unit: string
  readonly range: { readonly from: string; readonly to: string; readonly stepHours: number }
  readonly points: readonly P[]
  /** At most three, drawn apart by colour and dash and named at their ends. */
  readonly lines: readonly Line<P>[]
  /** Values that mean something, such as a threshold. */
  readonly marks?: readonly number[]
}

const strokes = [accent, second, 'currentColor']
const dashes = ['', '6 3', '2 3']

/** Values over time, as a chart that can be dragged over to choose the time. */
export const TimeFigure = <P extends Point>(props: TimeFigureProps<P>) => {
  const { title, basis, words, label, unit, range, points, lines, marks = [] } = props
  const { from, to, stepHours } = range
  const options = useMemo(() => {
    const drawn: Markish[] = [ruleY(marks, { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '4 4' })]
    lines.forEach(({ name, value }, index) => {
      const own = points.flatMap((point) => {
        const y = value(point)
        return y === null ? [] : [{ x: new Date(point.at), y }]
      })
      const last = own.at(-1)
      const stroke = strokes[index % strokes.length] as string
      drawn.push(
        lineY(broken(own, stepHours), {
          x: 'x',
          y: 'y',
          stroke,
          strokeWidth: 2,
          strokeDasharray: dashes[index % dashes.length] as string,
        }),
        dot(own, {
          x: 'x',
          y: 'y',
          fill: stroke,
          r: own.length > 60 ? 1.5 : 3,
          tip: true,
          title: ({ x, y }: (typeof own)[number]) =>
            `${name}\n${x.toISOString().slice(0, 16).replace('T', ' ')} UTC\n${formatTick(y)} ${unit}`,
        }),
      )
      if (last !== undefined && lines.length > 1)
        drawn.push(textMark([last], { x: 'x', y: 'y', text: () => name, dy: -8, textAnchor: 'end', fill: stroke }))
    })
    return {
      ...timeMargins,
      x: { type: 'utc' as const, domain: [new Date(from), new Date(to)], label: 'Time (UTC)' },
      y: { label: unit, grid: true, zero: true, tickFormat: formatTick, ticks: 5 },
      marks: drawn,
    }
  }, [points, lines, marks, from, to, stepHours, unit])
  return (
    <DragRange from={from} to={to}>
      <Figure
        title={title}
        basis={basis}
        words={words}
        label={label}
        height={220}
        options={options}
        data={{
          head: ['From (UTC)', ...lines.map(({ name }) => name)],
          rows: points.map((point) => [point.at, ...lines.map(({ value }) => value(point))]),
        }}
      />
    </DragRange>
  )
}

/** A line does not pass over hours of which nothing is known. */
const broken = (points: readonly { readonly x: Date; readonly y: number }[], stepHours: number) =>
  points.flatMap((point, index) => {
    const before = points[index - 1]
    const isNext = before === undefined || point.x.getTime() - before.x.getTime() <= stepHours * 3_600_000
    return isNext ? [point] : [{ x: before.x, y: Number.NaN }, point]
  })

/** Steps of a series in words. */
export const stepWords = (hours: number): string =>
  hours === 1 ? 'each hour' : hours === 24 ? 'each day' : hours < 24 ? `each ${hours} hours` : `each ${hours / 24} days`
