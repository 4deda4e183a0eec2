import { ActionIcon, Group, MultiSelect, Select, Stack, Text, Title } from '@mantine/core'
import type { BlueprintGraph, BlueprintInput, BlueprintNode } from '@modelsmith/domain'
import { IconX } from '@tabler/icons-react'
import { dataTypeWords } from './contract-words.ts'
import { addInput, changeNode, downstreamOf, keyOfInput, removeInput, wordsOfData } from './graph.ts'

type InputsProps = {
  readonly graph: BlueprintGraph
  readonly node: BlueprintNode
  /** Columns that can be chosen by name. */
  readonly columns: readonly string[]
  readonly onGraph: (graph: BlueprintGraph) => void
}

const wordsOfInput = (input: BlueprintInput): string =>
  input.from === 'node' ? `Output of ${input.node}` : `Data: ${wordsOfData(input)}`

/** What a node reads: columns by type or by name, and outputs of other nodes. */
export const Inputs = ({ graph, node, columns, onGraph }: InputsProps) => {
  const behind = downstreamOf(graph, node.id)
  const offers: readonly BlueprintInput[] = [
    { from: 'data' },
    ...(['NUM', 'CAT', 'TXT', 'DATE'] as const).map((type) => ({
      from: 'data' as const,
      dataTypes: [type] satisfies (keyof typeof dataTypeWords)[],
    })),
    ...graph.nodes.filter(({ id }) => !behind.has(id)).map(({ id }) => ({ from: 'node' as const, node: id })),
  ]
  const taken = new Set(node.inputs.map(keyOfInput))
  const isLast = node.inputs.length === 1
  return (
    <Stack gap="sm">
      <Title order={3}>Inputs, side by side in this order</Title>
      {node.inputs.map((input, index) => (
        <Group key={keyOfInput(input)} justify="space-between" wrap="nowrap" gap="sm">
          <Text size="sm">{wordsOfInput(input)}</Text>
          <ActionIcon
            size="sm"
            variant="default"
            disabled={isLast}
            title={isLast ? 'A task reads at least one input: add the other one first' : undefined}
            aria-label={`Remove input ${wordsOfInput(input)}`}
            onClick={() => onGraph(removeInput(graph, node.id, index))}
          >
            <IconX size={12} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Select
        label="Add input"
        placeholder="Columns, or the output of a node"
        data={offers
          .filter((input) => !taken.has(keyOfInput(input)))
          .map((input) => ({ value: keyOfInput(input), label: wordsOfInput(input) }))}
        value={null}
        onChange={(key) => {
          const input = offers.find((offer) => keyOfInput(offer) === key)
          if (input !== undefined) onGraph(addInput(graph, node.id, input))
        }}
      />
      {columns.length === 0 ? null : <NamedColumns graph={graph} node={node} columns={columns} onGraph={onGraph} />}
    </Stack>
  )
}

const NamedColumns = ({ graph, node, columns, onGraph }: InputsProps) => (
  <MultiSelect
    label="Columns by name"
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
)
