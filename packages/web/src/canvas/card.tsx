import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import type { CanvasNode } from './graph.ts'

export const cardWidth = 184
export const cardHeight = 66

export type CardNode = Node<CanvasNode & Record<string, unknown>, 'card'>

/** A node: what it is, or what is wrong with it and, on hovering, the cure. */
export const Card = ({
  data: { kind, title, subtitle, problems },
  selected,
  targetPosition = Position.Left,
  sourcePosition = Position.Right,
}: NodeProps<CardNode>) => {
  const worst = problems.find(({ severity }) => severity === 'error') ?? problems[0]
  return (
    <div className="canvas-card" data-kind={kind} data-selected={selected} data-problem={worst?.severity}>
      {kind === 'task' ? <Handle type="target" position={targetPosition} /> : null}
      <div className="canvas-title" title={title}>
        {title}
      </div>
      <div className="canvas-subtitle" title={worst === undefined ? subtitle : `${worst.message}\n${worst.hint ?? ''}`}>
        {worst === undefined ? subtitle : `${worst.severity === 'error' ? '✕' : '!'} ${worst.message}`}
      </div>
      <Handle type="source" position={sourcePosition} />
    </div>
  )
}
