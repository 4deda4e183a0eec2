import type { BlueprintGraph } from '@modelsmith/domain'
import { useCall } from '../../app/client.ts'
import { FlowCanvas } from '../../canvas/flow-canvas.tsx'
import { drawingOf } from './drawing.ts'
import { Outline } from './outline.tsx'
import { useTasks } from './use-tasks.ts'

/** A blueprint to look at. */
export const BlueprintGraphView = ({ graph }: { readonly graph: BlueprintGraph }) => {
  const tasks = useTasks(graph)
  const check = useCall('checkBlueprint', { body: { graph } })
  const { nodes, edges } = drawingOf(graph, tasks.byId, check.data)
  return (
    <>
      <FlowCanvas label="Blueprint" nodes={nodes} edges={edges} height={360} />
      <Outline graph={graph} tasks={tasks.byId} />
    </>
  )
}
