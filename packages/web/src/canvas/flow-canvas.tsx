import '@xyflow/react/dist/style.css'
import { useComputedColorScheme } from '@mantine/core'
import {
  type Connection,
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react'
import { type KeyboardEvent, useEffect, useMemo } from 'react'
import { layOut } from './layout.ts'

export type CanvasNode = {
  readonly id: string
  readonly kind: 'source' | 'task'
  readonly title: string
  readonly subtitle: string
  /** What is wrong here, worst first, with its cure. */
  readonly problems: readonly {
    readonly severity: 'error' | 'warning'
    readonly message: string
    readonly hint?: string | undefined
  }[]
}
export type CanvasEdge = { readonly from: string; readonly to: string; readonly label: string }

type FlowCanvasProps = {
  readonly label: string
  readonly nodes: readonly CanvasNode[]
  readonly edges: readonly CanvasEdge[]
  readonly height: number
  readonly selected?: string | undefined
  readonly onSelect?: (id: string | undefined) => void
  readonly onConnect?: (from: string, to: string) => void
  readonly onDisconnect?: (from: string, to: string) => void
  readonly onKey?: (event: KeyboardEvent) => void
}

const width = 208
const height = 68

type CardNode = Node<CanvasNode & Record<string, unknown>, 'card'>

const Card = ({ data: { kind, title, subtitle, problems }, selected }: NodeProps<CardNode>) => {
  const worst = problems.find(({ severity }) => severity === 'error') ?? problems[0]
  return (
    <div className="canvas-card" data-kind={kind} data-selected={selected} data-problem={worst?.severity}>
      {kind === 'task' ? <Handle type="target" position={Position.Left} /> : null}
      <div className="canvas-title">{title}</div>
      <div className="canvas-subtitle" title={worst === undefined ? subtitle : `${worst.message}\n${worst.hint ?? ''}`}>
        {worst === undefined ? subtitle : `${worst.severity === 'error' ? '✕' : '!'} ${worst.message}`}
      </div>
      <Handle type="source" position={Position.Right} />
    </div>
  )
}

const nodeTypes = { card: Card }

/** A graph drawn from left to right, laid out by itself. */
export const FlowCanvas = (props: FlowCanvasProps) => (
  <ReactFlowProvider>
    <Flow {...props} />
  </ReactFlowProvider>
)

const Flow = ({
  label,
  nodes,
  edges,
  height: canvasHeight,
  selected,
  onSelect,
  onConnect,
  onDisconnect,
  onKey,
}: FlowCanvasProps) => {
  const scheme = useComputedColorScheme('light')
  const { fitView } = useReactFlow()
  const shape = JSON.stringify([nodes.map(({ id }) => id), edges.map(({ from, to }) => [from, to])])
  const places = useMemo(() => {
    const [ids, lines] = JSON.parse(shape) as [string[], [string, string][]]
    return layOut(
      ids.map((id) => ({ id, width, height })),
      lines.map(([from, to]) => ({ from, to })),
    )
  }, [shape])
  useEffect(() => {
    const frame = requestAnimationFrame(() => void fitView({ padding: 0.12, maxZoom: 1 }))
    return () => cancelAnimationFrame(frame)
  }, [places, fitView])
  const cards: CardNode[] = nodes.map((node) => ({
    id: node.id,
    type: 'card',
    position: places.get(node.id) ?? { x: 0, y: 0 },
    data: { ...node },
    width,
    height,
    selected: node.id === selected,
    draggable: false,
    selectable: node.kind === 'task',
    focusable: node.kind === 'task',
    deletable: false,
    ariaLabel: [node.title, node.subtitle, ...node.problems.map(({ message }) => message)].join(', '),
  }))
  const lines: Edge[] = edges.map(({ from, to, label: words }) => ({
    id: `${from} ${to}`,
    source: from,
    target: to,
    label: words,
    focusable: false,
    deletable: onDisconnect !== undefined,
  }))
  return (
    <section className="canvas" style={{ height: canvasHeight }} aria-label={label} onKeyDown={onKey}>
      <ReactFlow
        nodes={cards}
        edges={lines}
        nodeTypes={nodeTypes}
        colorMode={scheme}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={onConnect !== undefined}
        disableKeyboardA11y
        deleteKeyCode={null}
        zoomOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, node) => (node.data.kind === 'task' ? onSelect?.(node.id) : undefined)}
        onPaneClick={() => onSelect?.(undefined)}
        onEdgeDoubleClick={(_, { source, target }) => onDisconnect?.(source, target)}
        onConnect={({ source, target }: Connection) => onConnect?.(source, target)}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </section>
  )
}
