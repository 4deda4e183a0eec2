import { ActionIcon, Button, Group, MultiSelect, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import type { BlueprintGraph, BlueprintInput, BlueprintNode, DataType } from '@modelsmith/domain'
import { IconX } from '@tabler/icons-react'
import { type Ref, useState } from 'react'
import { dataTypeWords } from './data-type-words.ts'
import {
  addInput,
  changeNode,
  downstreamOf,
  keyOfInput,
  removeInput,
  removeNode,
  renameNode,
  wordsOfData,
} from './graph.ts'
import { ParameterField } from './parameter-field.tsx'

type InspectorProps = {
  readonly graph: BlueprintGraph
  readonly node: BlueprintNode
  readonly task: TaskVersion | undefined
  /** The latest version of the same task, when the node uses an older one. */
  readonly newer: TaskVersion | undefined
  /** Columns of the project that the blueprint is checked against. */
  readonly columns: readonly string[]
  readonly nameRef: Ref<HTMLInputElement>
  readonly onGraph: (graph: BlueprintGraph, selected: string | undefined) => void
}

/** One node: its name, what it reads, its parameters. */
export const Inspector = ({ graph, node, task, newer, columns, nameRef, onGraph }: InspectorProps) => {
  const set = (next: BlueprintGraph) => onGraph(next, node.id)
  return (
    <Stack gap="md" component="section" aria-label={`Node ${node.id}`}>
      <div>
        <Title order={2}>{task?.taskName ?? node.taskVersion}</Title>
        <Text size="sm" c="dimmed">
          {task?.description}
        </Text>
      </div>
      {newer === undefined ? null : (
        <Button size="xs" variant="light" onClick={() => set(changeNode(graph, node.id, { taskVersion: newer.id }))}>
          Use version {newer.number}
        </Button>
      )}
      <NodeName key={node.id} graph={graph} node={node} nameRef={nameRef} onGraph={onGraph} />
      <Inputs graph={graph} node={node} columns={columns} onGraph={set} />
      {(task?.hyperparameters ?? []).map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={node.parameters?.[parameter.name]}
          onChange={(value) => {
            const { [parameter.name]: _, ...others } = node.parameters ?? {}
            set(
              changeNode(graph, node.id, {
                parameters: value === undefined ? others : { ...others, [parameter.name]: value },
              }),
            )
          }}
        />
      ))}
      <Button variant="default" color="red" onClick={() => onGraph(removeNode(graph, node.id), undefined)}>
        Remove task
      </Button>
    </Stack>
  )
}

const NodeName = ({
  graph,
  node,
  nameRef,
  onGraph,
}: Pick<InspectorProps, 'graph' | 'node' | 'nameRef' | 'onGraph'>) => {
  const [name, setName] = useState(node.id)
  const taken = graph.nodes.some(({ id }) => id === name && id !== node.id)
  const problem = !/^[A-Za-z0-9_-]{1,64}$/.test(name)
    ? 'Letters, digits, - and _ are allowed, up to 64.'
    : taken
      ? 'Another node has this name.'
      : undefined
  const submit = () =>
    problem === undefined && name !== node.id ? onGraph(renameNode(graph, node.id, name), name) : undefined
  return (
    <TextInput
      ref={nameRef}
      label="Node name"
      description="Errors and files name it"
      value={name}
      error={problem}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={submit}
      onKeyDown={({ key }) => (key === 'Enter' ? submit() : undefined)}
    />
  )
}

type InputsProps = Pick<InspectorProps, 'graph' | 'node' | 'columns'> & {
  readonly onGraph: (graph: BlueprintGraph) => void
}

const Inputs = ({ graph, node, columns, onGraph }: InputsProps) => {
  const behind = downstreamOf(graph, node.id)
  const offered: readonly { readonly value: string; readonly label: string }[] = [
    { value: keyOfInput({ from: 'data' }), label: 'All columns' },
    ...(['NUM', 'CAT', 'TXT', 'DATE'] as const).map((type: DataType) => ({
      value: keyOfInput({ from: 'data', dataTypes: [type] }),
      label: `Columns: ${dataTypeWords[type]}`,
    })),
    ...graph.nodes
      .filter(({ id }) => !behind.has(id))
      .map(({ id }) => ({ value: keyOfInput({ from: 'node', node: id }), label: `Output of ${id}` })),
  ]
  const taken = new Set(node.inputs.map(keyOfInput))
  return (
    <Stack gap="sm">
      <Title order={3}>Inputs, side by side in this order</Title>
      {node.inputs.map((input, index) => {
        const words = input.from === 'node' ? `Output of ${input.node}` : `Columns: ${wordsOfData(input)}`
        return (
          <Group key={keyOfInput(input)} justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm">{words}</Text>
            <ActionIcon
              size="sm"
              variant="default"
              disabled={node.inputs.length === 1}
              aria-label={`Remove input ${words}`}
              onClick={() => onGraph(removeInput(graph, node.id, index))}
            >
              <IconX size={12} aria-hidden />
            </ActionIcon>
          </Group>
        )
      })}
      <Select
        label="Add input"
        placeholder="Columns, or the output of a node"
        data={offered.filter(({ value }) => !taken.has(value))}
        value={null}
        onChange={(key) =>
          key === null ? undefined : onGraph(addInput(graph, node.id, JSON.parse(key) as BlueprintInput))
        }
      />
      {columns.length === 0 ? null : (
        <MultiSelect
          label="Add columns by name"
          data={[...columns]}
          limit={100}
          searchable
          value={node.inputs.flatMap((input) => (input.from === 'data' ? (input.columns ?? []) : []))}
          onChange={(chosen) => {
            const others = node.inputs.filter((input) => input.from === 'node' || input.columns === undefined)
            const named: BlueprintInput[] = chosen.length === 0 ? [] : [{ from: 'data', columns: chosen }]
            const inputs = [...others, ...named]
            if (inputs.length > 0) onGraph(changeNode(graph, node.id, { inputs }))
          }}
        />
      )}
    </Stack>
  )
}
