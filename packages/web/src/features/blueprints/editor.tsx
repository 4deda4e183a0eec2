import './editor.css'
import { Stack, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import type { TaskVersion } from '@modelsmith/api'
import { isTransform } from '@modelsmith/domain'
import { useRef, useState } from 'react'
import { useCall } from '../../app/client.ts'
import { Canvas } from '../../canvas/canvas.tsx'
import type { DropPlace } from '../../canvas/graph.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { AsYaml } from './as-yaml.tsx'
import { drawingOf, problemsOf } from './drawing.ts'
import { Findings } from './findings.tsx'
import { addInput, addTask, downstreamOf, insertTask, outdatedIn, removeInput, removeNode } from './graph.ts'
import { Inspector } from './inspector.tsx'
import { NewTask } from './new-task.tsx'
import { NewerVersions } from './newer-versions.tsx'
import { Outline } from './outline.tsx'
import { Palette } from './palette.tsx'
import { Toolbar, type View } from './toolbar.tsx'
import type { OpenDraft } from './use-draft.ts'
import { useReport } from './use-report.ts'
import { useTasks } from './use-tasks.ts'

type BlueprintEditorProps = {
  readonly draft: OpenDraft
  /** The project that it is checked against at first. */
  readonly against?: string | null
}

/** Palette, canvas and inspector: draws a blueprint, and checks it while it is drawn. */
export const BlueprintEditor = ({ draft, against = null }: BlueprintEditorProps) => {
  const { graph, selected, select, change } = draft
  const [projectId, setProjectId] = useState(against)
  const [making, setMaking] = useState(false)
  const [chosen, setView] = useState<View>('canvas')
  const view = draft.readable ? chosen : 'yaml'
  const search = useRef<HTMLInputElement>(null)
  const nodeName = useRef<HTMLInputElement>(null)
  const tasks = useTasks(graph)
  const projects = useCall('listProjects', { query: { limit: 200 } }).data?.items ?? []
  const project = projects.find(({ id }) => id === projectId)
  const report = useReport(graph, tasks, project)
  const { nodes, edges } = drawingOf(graph, tasks.byId, report)
  const node = graph.nodes.find(({ id }) => id === selected)
  const outdated = outdatedIn(graph, tasks.byId, tasks.available)
  const task = node === undefined ? undefined : tasks.byId.get(node.taskVersion)

  /** A transform goes behind the selected node and is selected, so that a chain can be clicked together. */
  const add = (id: string, after: string | undefined) => {
    const added = tasks.byId.get(id)
    if (added !== undefined) place(added, after)
  }
  const place = (added: TaskVersion, after: string | undefined) => {
    const next = addTask(graph, added, isTransform(added) ? after : undefined)
    change(next.graph, isTransform(added) ? next.id : undefined)
  }

  const drop = (item: string, at: DropPlace) => {
    const added = tasks.byId.get(item)
    const edge = at.on === 'edge' ? edges.find(({ id }) => id === at.id) : undefined
    if (added === undefined || edge === undefined || !isTransform(added)) {
      add(item, at.on === 'node' && graph.nodes.some(({ id }) => id === at.id) ? at.id : undefined)
      return
    }
    const next = insertTask(graph, added, edge.to, edge.index)
    change(next.graph, next.id)
  }

  const disconnect = (edgeId: string) => {
    const edge = edges.find(({ id }) => id === edgeId)
    const reader = graph.nodes.find(({ id }) => id === edge?.to)
    if (edge === undefined || reader === undefined) return
    // The last input cannot go before another is there; the inspector offers them.
    if (reader.inputs.length === 1) select(edge.to)
    else change(removeInput(graph, edge.to, edge.index), edge.to)
  }

  const selectDrawn = (id: string) => {
    setView('canvas')
    select(id)
  }

  const onKey = (key: string): boolean => {
    if (key === 'Enter') nodeName.current?.focus()
    else if (key === 'a') search.current?.focus()
    else return false
    return true
  }
  useHotkeys([
    ['mod+Z', () => draft.undo?.()],
    ['mod+shift+Z', () => draft.redo?.()],
  ])

  return (
    <Stack>
      <Toolbar
        draft={draft}
        projects={projects}
        projectId={projectId}
        onProject={setProjectId}
        view={view}
        onView={setView}
      />
      {tasks.error === null ? null : <ErrorPanel error={tasks.error} />}
      {view === 'yaml' ? (
        <>
          <AsYaml draft={draft} tasks={tasks.byId} />
          {draft.readable && graph.nodes.length > 0 ? <Findings report={report} onSelect={selectDrawn} /> : null}
        </>
      ) : (
        <div className="editor">
          <Palette
            tasks={tasks.available}
            searchRef={search}
            onAdd={(id) => add(id, selected)}
            onNew={() => setMaking(true)}
          />
          {making ? <NewTask onAdd={(task) => place(task, selected)} onClose={() => setMaking(false)} /> : null}
          <Stack gap="sm" miw={0} className="editor-canvas">
            <Canvas
              label="Blueprint canvas"
              nodes={nodes}
              edges={edges}
              height={460}
              editing={{
                selected,
                onSelect: select,
                mayConnect: (from, to) => !downstreamOf(graph, to).has(from),
                onConnect: (from, to) => {
                  const offered = nodes.find(({ id }) => id === from)?.offers
                  if (offered !== undefined) change(addInput(graph, to, offered), to)
                },
                onDisconnect: disconnect,
                onDrop: drop,
                onRemove: (id) => change(removeNode(graph, id), undefined),
                onKey,
              }}
            />
            {graph.nodes.length === 0 ? (
              <Text c="dimmed">
                Add a task from the list. A transform begins on the columns that it takes; an estimator reads what
                nobody reads yet.
              </Text>
            ) : (
              <>
                <Findings report={report} onSelect={select} />
                <NewerVersions graph={graph} outdated={outdated} onGraph={(next) => change(next, selected)} />
                <Outline graph={graph} tasks={tasks.byId} onSelect={select} />
              </>
            )}
          </Stack>
          {node === undefined ? (
            <Text size="sm" c="dimmed" className="editor-inspector">
              Select a task to set what it reads and its parameters. Drag from one task to another to connect them; a
              double click on a line removes it; a task dropped on a line is inserted there.
            </Text>
          ) : (
            <Inspector
              key={node.id}
              graph={graph}
              node={node}
              task={task}
              newer={outdated.find((each) => each.node.id === node.id)?.newer}
              others={tasks.available.filter(
                (each) =>
                  each.taskId !== task?.taskId && (task === undefined || isTransform(each) === isTransform(task)),
              )}
              problems={problemsOf(report, node.id)}
              report={report?.nodes.find(({ id }) => id === node.id)}
              columns={project?.features ?? []}
              nameRef={nodeName}
              onGraph={change}
            />
          )}
        </div>
      )}
    </Stack>
  )
}
