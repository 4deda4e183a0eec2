import { useComputedColorScheme } from '@mantine/core'
import * as Plot from '@observablehq/plot'
import { useEffect, useRef } from 'react'

type ChartProps = {
  /** What the chart shows, for who cannot see it. */
  readonly label: string
  readonly height: number
  readonly options: Plot.PlotOptions
}

/** One chart of Observable Plot, as wide as its place, in the colours of the page. */
export const Chart = ({ label, height, options }: ChartProps) => {
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
        style: { background: 'transparent', fontSize: '12px', overflow: 'visible' },
      })
      // A group without a role may have no name, and the picture has one already.
      for (const group of plot.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label')
      plot.setAttribute('role', 'img')
      element.replaceChildren(plot)
    }
    draw()
    const watch = new ResizeObserver(draw)
    watch.observe(element)
    return () => watch.disconnect()
  }, [options, height, label, scheme])
  return <div ref={place} style={{ minHeight: height, width: '100%', color: 'var(--mantine-color-text)' }} />
}

/** The one accent of charts, readable on both schemes. */
export const accent = 'var(--mantine-color-indigo-5)'
export const second = 'var(--mantine-color-orange-6)'
