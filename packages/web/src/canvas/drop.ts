import type { DragEvent } from 'react'
import type { DropPlace } from './graph.ts'

const format = 'application/x-modelsmith-item'

/** Gives what is dragged to the canvas its name. */
export const startDrag = (event: DragEvent, item: string): void => {
  event.dataTransfer.setData(format, item)
  event.dataTransfer.effectAllowed = 'copy'
}

export const mayDrop = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes(format)

export const droppedItem = ({ dataTransfer }: DragEvent): string => dataTransfer.getData(format)

/** The node or line below the pointer. */
export const dropPlace = ({ clientX, clientY }: DragEvent): DropPlace => {
  for (const element of document.elementsFromPoint(clientX, clientY)) {
    const node = element.closest('.react-flow__node')?.getAttribute('data-id')
    if (typeof node === 'string') return { on: 'node', id: node }
    const edge = element.closest('.react-flow__edge')?.getAttribute('data-id')
    if (typeof edge === 'string') return { on: 'edge', id: edge }
  }
  return { on: 'canvas' }
}
