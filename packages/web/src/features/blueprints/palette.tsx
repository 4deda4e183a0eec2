import { Button, Stack, Text, TextInput, Title } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { type Ref, useState } from 'react'
import { startDrag } from '../../canvas/drop.ts'
import { IfMayCreate } from '../sharing/index.ts'

type PaletteProps = {
  readonly tasks: readonly TaskVersion[]
  readonly onAdd: (task: string) => void
  /** Asks for a custom task that is not there yet. */
  readonly onNew: () => void
  readonly searchRef: Ref<HTMLInputElement>
}

const customGroup = 'Custom tasks'

/** The tasks one may add, by group: by a click, by a drop on the canvas. */
export const Palette = ({ tasks, onAdd, onNew, searchRef }: PaletteProps) => {
  const [words, setWords] = useState('')
  const wanted = words.toLowerCase().split(/\s+/)
  const found = tasks.filter(({ taskName, description, group }) => {
    const said = `${taskName} ${description} ${group ?? customGroup}`.toLowerCase()
    return wanted.every((word) => said.includes(word))
  })
  const groups = Map.groupBy(found, ({ kind, group }) => (kind === 'custom' ? customGroup : (group ?? 'Others')))
  const names = [...groups.keys()].sort(
    (a, b) => Number(b === customGroup) - Number(a === customGroup) || a.localeCompare(b),
  )
  return (
    <Stack gap="sm" component="section" aria-label="Tasks to add" className="editor-palette">
      <TextInput
        ref={searchRef}
        aria-label="Search tasks"
        placeholder="Search tasks"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <IfMayCreate kind="task">
        <Button variant="light" size="xs" leftSection={<IconPlus size={13} aria-hidden />} onClick={onNew}>
          New custom task
        </Button>
      </IfMayCreate>
      {names.map((name) => (
        <Stack key={name} gap={4}>
          <Title order={2} size="h3">
            {name}
          </Title>
          {groups.get(name)?.map(({ id, taskName, description }) => (
            <Button
              key={id}
              variant="default"
              size="xs"
              justify="flex-start"
              leftSection={<IconPlus size={13} aria-hidden />}
              aria-label={`Add ${taskName}`}
              title={description}
              draggable
              onDragStart={(event) => startDrag(event, id)}
              onClick={() => onAdd(id)}
            >
              {taskName}
            </Button>
          ))}
        </Stack>
      ))}
      {found.length === 0 && words.trim() !== '' ? <Text c="dimmed">No task has “{words}”.</Text> : null}
    </Stack>
  )
}
