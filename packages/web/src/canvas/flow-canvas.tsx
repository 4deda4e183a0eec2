import '@xyflow/react/dist/style.css'
import './canvas.css'
import { useComputedColorScheme } from '@mantine/core'
import {
  Controls,
  type Edge,
  MarkerType,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from '@xyflow/react'
import { type DragEvent, type FocusEvent, type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import { Card, cardHeight, type CardNode, cardWidth } from './card.tsx'
import { dropPlace, droppedItem, mayDrop } from './drop.ts'
import type { CanvasEdge, CanvasNode, DropPlace } from './graph.ts'
import { type Direction, layOut } from './layout.ts'
import { walk } from './walk.ts'

export type FlowCanvasProps = {
  readonly label: string
  readonly nodes: readonly CanvasNode[]
  readonly edges: readonly CanvasEdge[]
  readonly height: number
  /** Left out: a drawing to look at. */
  readonly editing?: CanvasEditing
}

export type CanvasEditing = {
  readonly selected: string | undefined
  readonly onSelect: (id: string | undefined) => void
  readonly mayConnect: (from: string, to: string) => boolean
  readonly onConnect: (from: string, to: string) => void
  /** A double click on a line. */
  readonly onDisconnect: (edge: string) => void
  readonly onDrop: (item: string, place: DropPlace) => void
  readonly onRemove: (id: string) => void
  /** Another key was pressed here; answers whether it meant something. */
  readonly onKey: (key: string) => boolean
}

const nodeTypes = { card: Card }
const fit = { padding: 0.12, maxZoom: 1 }
/** Of the labels' type, on average. */
const labelCharacterPx = 6

/** A canvas at least this wide draws to the right, where titles stay readable; a narrower one draws downwards. */
const wideCanvasPx = 900

/** A graph that is laid out by itself. */
export const FlowCanvas = (props: FlowCanvasProps) => (
  <ReactFlowProvider>
    <Flow {...props} />
  </ReactFlowProvider>
)

const Flow = ({ label, nodes, edges, height, editing }: FlowCanvasProps) => {
  const scheme = useComputedColorScheme('light')
  const section = useRef<HTMLElement>(null)
  const direction = useStore(({ width }): Direction => (width < wideCanvasPx ? 'down' : 'right'))
  const places = usePlaces(nodes, edges, direction)
  const cards = nodes.map((node): CardNode => {
    const mayChoose = editing !== undefined && node.kind === 'task'
    return {
      id: node.id,
      type: 'card',
      position: places.get(node.id) ?? { x: 0, y: 0 },
      data: { ...node },
      ...(direction === 'down' ? { targetPosition: Position.Top, sourcePosition: Position.Bottom } : {}),
      width: cardWidth,
      height: cardHeight,
      selected: node.id === editing?.selected,
      selectable: mayChoose,
      focusable: mayChoose,
      ariaLabel: [node.title, node.subtitle, ...node.problems.map(({ message }) => message)].join(', '),
    }
  })
  const lines = edges.map(
    ({ id, from, to, label: words }): Edge => ({
      id,
      source: from,
      target: to,
      label: words,
      markerEnd: { type: MarkerType.ArrowClosed },
      focusable: false,
    }),
  )
  const choose = (id: string | undefined) => {
    editing?.onSelect(id)
    const next = id === undefined ? null : section.current?.querySelector(`.react-flow__node[data-id="${id}"]`)
    if (next instanceof HTMLElement) next.focus({ preventScroll: true })
  }
  const onKey = (event: KeyboardEvent) => {
    if (editing === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const { selected } = editing
    if (event.key.startsWith('Arrow')) {
      const ids = nodes.filter(({ kind }) => kind === 'task').map(({ id }) => id)
      choose(walk(ids, edges, direction, selected, event.key))
    } else if (event.key === 'Escape' && selected !== undefined) {
      editing.onSelect(undefined)
      section.current?.focus()
    } else if (event.key === 'Delete' && selected !== undefined) {
      editing.onRemove(selected)
      // Else the keyboard would be nowhere once the node is gone.
      section.current?.focus()
    } else if (!editing.onKey(event.key)) return
    event.preventDefault()
  }
  const onDrop = (event: DragEvent) => {
    if (editing === undefined || !mayDrop(event)) return
    event.preventDefault()
    editing.onDrop(droppedItem(event), dropPlace(event))
  }
  return (
    <section
      ref={section}
      className="canvas"
      style={{ height: `min(${height}px, 90vw)` }}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKey}
      onFocus={({ target }: FocusEvent) => {
        const id = target.classList.contains('react-flow__node') ? target.getAttribute('data-id') : null
        if (id !== null) editing?.onSelect(id)
      }}
      onDragOver={(event) => (mayDrop(event) ? event.preventDefault() : undefined)}
      onDrop={onDrop}
    >
      <ReactFlow
        nodes={cards}
        edges={lines}
        nodeTypes={nodeTypes}
        colorMode={scheme}
        fitView
        fitViewOptions={fit}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={editing !== undefined}
        disableKeyboardA11y
        deleteKeyCode={null}
        zoomOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, { id, data }) => (data.kind === 'task' ? choose(id) : undefined)}
        onPaneClick={() => choose(undefined)}
        onEdgeDoubleClick={(_, { id }) => editing?.onDisconnect(id)}
        isValidConnection={({ source, target }) => editing?.mayConnect(source, target) ?? false}
        onConnect={({ source, target }) => editing?.onConnect(source, target)}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </section>
  )
}

/** Lays the graph out anew when its shape changes, and shows all of it then. */
const usePlaces = (nodes: readonly CanvasNode[], edges: readonly CanvasEdge[], direction: Direction) => {
  const { fitView } = useReactFlow()
  const shape = JSON.stringify([
    nodes.map(({ id }) => id),
    edges.map(({ from, to, label }) => [from, to, label.length]),
  ])
  const places = useMemo(() => {
    const [ids, lines] = JSON.parse(shape) as [string[], [string, string, number][]]
    return layOut(
      ids.map((id) => ({ id, width: cardWidth, height: cardHeight })),
      lines.map(([from, to, length]) => ({ from, to, labelWidth: length * labelCharacterPx })),
      direction,
    )
  }, [shape, direction])
  useEffect(() => {
    const frame = requestAnimationFrame(() => void fitView(fit))
    return () => cancelAnimationFrame(frame)
  }, [places, fitView])
  return places
}
