import { ActionIcon, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { BlueprintGraph } from '@modelsmith/domain'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import { keepPreviousData } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { useCall } from '../../app/client.ts'
import { FlowCanvas } from '../../canvas/flow-canvas.tsx'
import { historyOf, record, redo, undo } from '../../canvas/history.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { drawingOf } from './drawing.ts'
import { Findings } from './findings.tsx'
import { addInput, addTask, removeInput, removeNode } from './graph.ts'
import { Inspector } from './inspector.tsx'
import { walk } from './keys.ts'
import { Outline } from './outline.tsx'
import { Palette } from './palette.tsx'
import { useTasks } from './use-tasks.ts'

export type Draft = {
  readonly name: string
  readonly graph: BlueprintGraph
  readonly projectId: string | null
  readonly valid: boolean
}

type EditorProps = {
  readonly name: string
  readonly graph: BlueprintGraph
  /** What can be done with the draft; above the canvas. */
  readonly actions: (draft: Draft) => ReactNode
}

/** Palette, canvas and inspector: draws a blueprint, and checks it while it is drawn. */
export const BlueprintEditor = ({ name: firstName, graph: firstGraph, actions }: EditorProps) => {
  const [name, setName] = useState(firstName)
  const [history, setHistory] = useState(() => historyOf(firstGraph))
  const [selected, setSelected] = useState<string>()
  const [projectId, setProjectId] = useState<string | null>(null)
  const search = useRef<HTMLInputElement>(null)
  const nodeName = useRef<HTMLInputElement>(null)
  const graph = history.present
  const tasks = useTasks(graph)
  const projects = useCall('listProjects', { query: { limit: 200 } })
  const project = projects.data?.items.find(({ id }) => id === projectId)
  const [asked] = useDebouncedValue(graph, 150)
  const check = useCall(
    'checkBlueprint',
    { body: { graph: asked, ...(projectId === null ? {} : { projectId }) } },
    { placeholderData: keepPreviousData },
  )
  const node = graph.nodes.find(({ id }) => id === selected)
  const task = node === undefined ? undefined : tasks.byId.get(node.taskVersion)
  const change = (next: BlueprintGraph, chosen: string | undefined = selected) => {
    setHistory(record(history, next))
    setSelected(chosen)
  }
  const { nodes, edges } = drawingOf(graph, tasks.byId, check.data)

  const onKey = (event: KeyboardEvent) => {
    const { key } = event
    const command = event.ctrlKey || event.metaKey
    if (command && key.toLowerCase() === 'z') setHistory(event.shiftKey ? redo(history) : undo(history))
    else if (command) return
    else if (key.startsWith('Arrow')) setSelected(walk(graph, selected, key))
    else if (key === 'Enter') nodeName.current?.focus()
    else if (key === 'a') search.current?.focus()
    else if (key === 'Delete' && selected !== undefined) change(removeNode(graph, selected), undefined)
    else return
    event.preventDefault()
  }

  return (
    <Stack>
      <Group align="end" justify="space-between">
        <Group align="end">
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            w={300}
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          <Select
            label="Check against project"
            placeholder="No project"
            data={(projects.data?.items ?? []).map(({ id, name: label }) => ({ value: id, label }))}
            value={projectId}
            onChange={setProjectId}
            clearable
            clearButtonProps={{ 'aria-label': 'No project' }}
            searchable
          />
          <Group gap={4}>
            <Step
              label="Undo"
              disabled={history.past.length === 0}
              onClick={() => setHistory(undo(history))}
              icon={<IconArrowBackUp size={16} aria-hidden />}
            />
            <Step
              label="Redo"
              disabled={history.future.length === 0}
              onClick={() => setHistory(redo(history))}
              icon={<IconArrowForwardUp size={16} aria-hidden />}
            />
          </Group>
        </Group>
        <Group gap="sm">
          {actions({ name: name.trim(), graph, projectId, valid: check.data?.valid === true && asked === graph })}
        </Group>
      </Group>
      {tasks.error === null ? null : <ErrorPanel error={tasks.error} />}
      {check.error === null ? null : <ErrorPanel error={check.error} />}
      <div className="editor">
        <Palette
          tasks={tasks.available}
          searchRef={search}
          onAdd={(added) => {
            const { graph: next, id } = addTask(
              graph,
              added,
              added.targetTypes.includes('transform') ? selected : undefined,
            )
            change(next, added.targetTypes.includes('transform') ? id : undefined)
          }}
        />
        <Stack gap="sm" miw={0}>
          <FlowCanvas
            label="Blueprint canvas"
            nodes={nodes}
            edges={edges}
            height={460}
            selected={selected}
            onSelect={setSelected}
            onConnect={(from, to) =>
              change(
                addInput(
                  graph,
                  to,
                  from.startsWith('data ') ? JSON.parse(from.slice(5)) : { from: 'node', node: from },
                ),
                to,
              )
            }
            onDisconnect={(from, to) => {
              const inputs = graph.nodes.find(({ id }) => id === to)?.inputs ?? []
              const index = inputs.findIndex((input) =>
                input.from === 'node' ? input.node === from : `data ${JSON.stringify(input)}` === from,
              )
              if (inputs.length > 1) change(removeInput(graph, to, index), to)
            }}
            onKey={onKey}
          />
          {graph.nodes.length === 0 ? (
            <Text c="dimmed">
              Add a task from the list. Transforms begin on the columns that they take; an estimator reads what nobody
              reads yet.
            </Text>
          ) : null}
          <Findings check={check.data} empty={graph.nodes.length === 0} />
          <Outline graph={graph} tasks={tasks.byId} onSelect={setSelected} />
        </Stack>
        {node === undefined ? (
          <Text size="sm" c="dimmed">
            Select a task on the canvas to set what it reads and its parameters. Drag from one task to another to
            connect them; a double click on a line removes it.
          </Text>
        ) : (
          <Inspector
            graph={graph}
            node={node}
            task={task}
            newer={tasks.available.find(({ id, taskId }) => taskId === task?.taskId && id !== task?.id)}
            columns={project?.features ?? []}
            nameRef={nodeName}
            onGraph={(next, chosen) => change(next, chosen)}
          />
        )}
      </div>
    </Stack>
  )
}

const Step = ({
  label,
  disabled,
  onClick,
  icon,
}: {
  readonly label: string
  readonly disabled: boolean
  readonly onClick: () => void
  readonly icon: ReactNode
}) => (
  <Tooltip label={label}>
    <ActionIcon variant="default" size="lg" aria-label={label} disabled={disabled} onClick={onClick}>
      {icon}
    </ActionIcon>
  </Tooltip>
)
