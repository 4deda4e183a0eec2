import { Button, Stack, Text, TextInput, Title } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { type Ref, useState } from 'react'

type PaletteProps = {
  readonly tasks: readonly TaskVersion[]
  readonly onAdd: (task: TaskVersion) => void
  readonly searchRef: Ref<HTMLInputElement>
}

/** The tasks one may add, by group. */
export const Palette = ({ tasks, onAdd, searchRef }: PaletteProps) => {
  const [words, setWords] = useState('')
  const found = tasks.filter(({ taskName, description }) =>
    `${taskName} ${description}`.toLowerCase().includes(words.trim().toLowerCase()),
  )
  const groups = Map.groupBy(found, ({ kind, group }) => (kind === 'custom' ? 'Custom tasks' : (group ?? 'Others')))
  const names = [...groups.keys()].sort(
    (a, b) => Number(b === 'Custom tasks') - Number(a === 'Custom tasks') || a.localeCompare(b),
  )
  return (
    <Stack gap="sm" component="section" aria-label="Tasks to add">
      <TextInput
        ref={searchRef}
        aria-label="Search tasks"
        placeholder="Search tasks"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {names.map((name) => (
        <Stack key={name} gap={4}>
          <Title order={3}>{name}</Title>
          {groups.get(name)?.map((task) => (
            <Button
              key={task.id}
              variant="default"
              size="xs"
              justify="flex-start"
              leftSection={<IconPlus size={13} aria-hidden />}
              aria-label={`Add ${task.taskName}`}
              title={task.description}
              onClick={() => onAdd(task)}
            >
              {task.taskName}
            </Button>
          ))}
        </Stack>
      ))}
      {found.length === 0 ? <Text c="dimmed">No task has “{words}”.</Text> : null}
    </Stack>
  )
}
