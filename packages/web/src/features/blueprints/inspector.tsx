import { Alert, Button, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import type { BlueprintGraph, BlueprintNode, Hyperparameter, NodeReport } from '@modelsmith/domain'
import { type Ref, useState } from 'react'
import type { CanvasProblem } from '../../canvas/graph.ts'
import { ExecuteOnly } from '../sharing/index.ts'
import { Flows } from './flows.tsx'
import { removeNode, renameNode, replaceTask, setParameter } from './graph.ts'
import { Inputs } from './inputs.tsx'
import { ParameterField } from './parameter-field.tsx'

type InspectorProps = {
  readonly graph: BlueprintGraph
  readonly node: BlueprintNode
  readonly task: TaskVersion | undefined
  /** The latest version of the same task, when the node uses an older one. */
  readonly newer: TaskVersion | undefined
  /** Tasks that may take its place. */
  readonly others: readonly TaskVersion[]
  readonly problems: readonly CanvasProblem[]
  readonly report: NodeReport | undefined
  /** Columns of the project that the blueprint is checked against. */
  readonly columns: readonly string[]
  readonly nameRef: Ref<HTMLInputElement>
  readonly onGraph: (graph: BlueprintGraph, selected: string | undefined, step?: string) => void
}

/** One node: what is wrong with it, its name, what it reads, its parameters. */
export const Inspector = ({
  graph,
  node,
  task,
  newer,
  others,
  problems,
  report,
  columns,
  nameRef,
  onGraph,
}: InspectorProps) => {
  const { id } = node
  return (
    <Stack gap="md" component="section" aria-label={`Node ${id}`} className="editor-inspector">
      <div>
        <Title order={2}>{task?.taskName ?? node.taskVersion}</Title>
        <Text size="sm" c="dimmed">
          {task?.description}
        </Text>
      </div>
      {task?.access === 'execute' ? <ExecuteOnly task={task} /> : null}
      {problems.map(({ severity, message, hint }) => (
        <Alert key={message} color={severity === 'error' ? 'red' : 'yellow'} variant="light" p="sm" title={message}>
          {hint}
        </Alert>
      ))}
      {newer === undefined ? null : (
        <Button size="xs" variant="light" onClick={() => onGraph(replaceTask(graph, node, newer), id)}>
          Use version {newer.number}
        </Button>
      )}
      <NodeName graph={graph} node={node} nameRef={nameRef} onGraph={onGraph} />
      <Inputs graph={graph} node={node} columns={columns} onGraph={(next) => onGraph(next, id)} />
      <Flows report={report} />
      {task === undefined ? null : (
        <Parameters
          declared={task.hyperparameters}
          given={node.parameters}
          onChange={(name, value) => onGraph(setParameter(graph, node, name, value), id, `${id} ${name}`)}
        />
      )}
      <Select
        label="Replace with"
        placeholder="Another task"
        description="It reads what this one read"
        data={groupsOf(others)}
        value={null}
        onChange={(chosen) => {
          const other = others.find((each) => each.id === chosen)
          if (other !== undefined) onGraph(replaceTask(graph, node, other), id)
        }}
        searchable
      />
      <Button variant="default" onClick={() => onGraph(removeNode(graph, id), undefined)}>
        Remove task
      </Button>
    </Stack>
  )
}

const groupsOf = (tasks: readonly TaskVersion[]) =>
  [...Map.groupBy(tasks, ({ kind, group }) => (kind === 'custom' ? 'Custom tasks' : (group ?? 'Others')))].map(
    ([group, members]) => ({ group, items: members.map(({ id, taskName }) => ({ value: id, label: taskName })) }),
  )

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
      description="Errors and logs name it"
      value={name}
      error={problem}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={submit}
      onKeyDown={({ key }) => (key === 'Enter' ? submit() : undefined)}
    />
  )
}

type ParametersProps = {
  readonly declared: readonly Hyperparameter[]
  readonly given: BlueprintNode['parameters']
  readonly onChange: (name: string, value: NonNullable<BlueprintNode['parameters']>[string] | undefined) => void
}

const Parameters = ({ declared, given = {}, onChange }: ParametersProps) => {
  const field = (parameter: Hyperparameter) => (
    <ParameterField
      key={parameter.name}
      parameter={parameter}
      value={given[parameter.name]}
      onChange={(value) => onChange(parameter.name, value)}
    />
  )
  const advanced = declared.filter((parameter) => parameter.advanced === true)
  return (
    <>
      {declared.length === 0 ? null : <Title order={3}>Parameters</Title>}
      {declared.filter((parameter) => parameter.advanced !== true).map(field)}
      {advanced.length === 0 ? null : (
        <details>
          <summary>Advanced</summary>
          <Stack gap="md" mt="sm">
            {advanced.map(field)}
          </Stack>
        </details>
      )}
    </>
  )
}
