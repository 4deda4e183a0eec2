import { Button, Group, useComputedColorScheme } from '@mantine/core'
import * as Plot from '@observablehq/plot'
import { useEffect, useRef } from 'react'
import { type ChartData, csvOf, pngOf, saveFile, svgOf } from './chart-files.ts'

type ChartProps = {
  /** What the chart shows, for who cannot see it. */
  readonly label: string
  readonly height: number
  readonly options: Plot.PlotOptions
  /** The same as numbers, to download. */
  readonly data: ChartData
}

/** One chart of Observable Plot, as wide as its place, in the colours of the page. */
export const Chart = ({ label, height, options, data }: ChartProps) => {
  const place = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const draw = () => {
      const plot = Plot.plot({
        width: Math.max(200, element.clientWidth),
        height,
        ariaLabel: label,
        marginBottom: 42,
        // Room for six digits and a comma.
        marginLeft: 56,
        ...options,
        className: 'plot',
        style: { background: 'transparent', fontSize: '12px', overflow: 'visible' },
      })
      // A group without a role may have no name, and the picture has one already.
      for (const group of plot.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label')
      // Its rules are in the page's own style sheet: the page's policy allows none that come with a picture.
      for (const style of plot.querySelectorAll('style')) style.remove()
      plot.setAttribute('role', 'img')
      element.replaceChildren(plot)
    }
    draw()
    const watch = new ResizeObserver(draw)
    watch.observe(element)
    return () => watch.disconnect()
  }, [options, height, label, scheme])
  const drawn = () => place.current?.querySelector<SVGSVGElement>('svg[role="img"]') ?? undefined
  const save = (kind: 'svg' | 'png' | 'csv') => async () => {
    const svg = drawn()
    const name = `${label.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.${kind}`
    if (kind === 'csv') saveFile(name, new Blob([csvOf(data)], { type: 'text/csv' }))
    else if (svg !== undefined)
      saveFile(name, kind === 'svg' ? new Blob([svgOf(svg)], { type: 'image/svg+xml' }) : await pngOf(svg))
  }
  return (
    <div>
      <div ref={place} style={{ minHeight: height, width: '100%', color: 'var(--mantine-color-text)' }} />
      <Group gap={4} mt={4} justify="flex-end" role="group" aria-label={`Downloads of ${label}`}>
        {(['csv', 'svg', 'png'] as const).map((kind) => (
          <Button key={kind} size="compact-xs" variant="subtle" color="gray" onClick={() => void save(kind)()}>
            {kind.toUpperCase()}
          </Button>
        ))}
      </Group>
    </div>
  )
}

/** The one accent of charts, readable on both schemes. */
export const accent = 'var(--mantine-color-indigo-5)'
export const second = 'var(--mantine-color-orange-6)'
