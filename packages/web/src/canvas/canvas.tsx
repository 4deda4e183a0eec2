import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { FlowCanvasProps } from './flow-canvas.tsx'

// What draws is large, and pages that show a graph have more to show.
const FlowCanvas = lazy(() => import('./flow-canvas.tsx').then((module) => ({ default: module.FlowCanvas })))

/** A graph of nodes that data flows through, to look at or to edit. */
export const Canvas = (props: FlowCanvasProps) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <FlowCanvas {...props} />
  </Suspense>
)
