import { List, Text, UnstyledButton } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { type BlueprintGraph, type BlueprintInput, type BlueprintNode, topologicalOrder } from '@modelsmith/domain'
import { wordsOfData } from './graph.ts'

type OutlineProps = {
  readonly graph: BlueprintGraph
  readonly tasks: ReadonlyMap<string, TaskVersion>
  readonly onSelect?: (id: string) => void
}

const wordsOfInput = (input: BlueprintInput): string => (input.from === 'node' ? input.node : wordsOfData(input))

/** Each node after all that it reads; those on a circle, which have no order, at the end. */
const inOrder = (graph: BlueprintGraph): BlueprintNode[] => {
  const order = topologicalOrder(graph)
  const place = ({ id }: BlueprintNode) => (order.includes(id) ? order.indexOf(id) : order.length)
  return graph.nodes.toSorted((a, b) => place(a) - place(b))
}

/** The same graph as text, for whoever does not use the drawing. */
export const Outline = ({ graph, tasks, onSelect }: OutlineProps) => (
  <details>
    <summary>As text</summary>
    <List mt="sm" size="sm">
      {inOrder(graph).map(({ id, taskVersion, inputs, parameters = {} }) => (
        <List.Item key={id}>
          {onSelect === undefined ? (
            <Text span fw={500} size="sm">
              {id}
            </Text>
          ) : (
            <UnstyledButton className="link" onClick={() => onSelect(id)} aria-label={`Edit ${id}`}>
              {id}
            </UnstyledButton>
          )}
          : {tasks.get(taskVersion)?.taskName ?? taskVersion} on {inputs.map(wordsOfInput).join(' and ') || 'nothing'}
          {Object.entries(parameters)
            .map(([name, value]) => `, ${name} = ${String(value)}`)
            .join('')}
        </List.Item>
      ))}
    </List>
  </details>
)
