import { Stack } from '@mantine/core'
import type { BlueprintGraph } from '@modelsmith/domain'
import { Canvas } from '../../canvas/canvas.tsx'
import { drawingOf } from './drawing.ts'
import { Outline } from './outline.tsx'
import { useReport } from './use-report.ts'
import { useTasks } from './use-tasks.ts'

/** A blueprint to look at. */
export const BlueprintGraphView = ({ graph }: { readonly graph: BlueprintGraph }) => {
  const tasks = useTasks(graph)
  const { nodes, edges } = drawingOf(graph, tasks.byId, useReport(graph, tasks))
  return (
    <Stack gap="sm">
      <Canvas label="Blueprint" nodes={nodes} edges={edges} height={360} />
      <Outline graph={graph} tasks={tasks.byId} />
    </Stack>
  )
}
