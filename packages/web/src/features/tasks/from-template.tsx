import { Button, Group, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import type { TaskTemplate, TaskUploaded } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { useAddress } from '../../ui/address.ts'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'
import { languageWords } from './task-words.ts'

type OnMade = (made: TaskUploaded) => Promise<void>

/** Task folders that work, each to read and to begin with. */
export const FromTemplate = ({ onMade }: { readonly onMade: OnMade }) => {
  const query = useCall('listTaskTemplates')
  const [chosen, choose] = useAddress('task', { opens: true })
  return (
    <Loaded query={query}>
      {({ items }) => {
        const examples = items.filter(({ kind }) => kind === 'example')
        const open = examples.find(({ id }) => id === chosen)
        return (
          <>
            <DataTable
              label="Templates"
              rows={examples}
              rowKey={({ id }) => id}
              columns={columns(choose)}
              empty={<Text c="dimmed">There is no template.</Text>}
            />
            {open === undefined ? null : (
              <Chosen key={open.id} template={open} onClose={() => choose(undefined)} onMade={onMade} />
            )}
          </>
        )
      }}
    </Loaded>
  )
}

const columns = (choose: (id: string) => void): readonly TableColumn<TaskTemplate>[] => [
  {
    key: 'name',
    title: 'Template',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <UnstyledButton className="link" onClick={() => choose(id)}>
        {name}
      </UnstyledButton>
    ),
  },
  {
    key: 'language',
    title: 'Language',
    value: ({ language }) => languageWords[language],
    cell: ({ language }) => languageWords[language],
  },
  {
    key: 'target',
    title: 'Target types',
    value: ({ targetTypes }) => targetTypes.join(', '),
    cell: ({ targetTypes }) => targetTypes.join(', '),
  },
  {
    key: 'environment',
    title: 'Environment',
    value: ({ environment }) => environment,
    cell: ({ environment }) => environment,
  },
  {
    key: 'words',
    title: 'Lesson',
    wide: true,
    value: ({ description }) => description,
    cell: ({ description }) => description,
  },
]

type ChosenProps = { readonly template: TaskTemplate; readonly onClose: () => void; readonly onMade: OnMade }

const Chosen = ({ template: { id, name: own, description, files, readme }, onClose, onMade }: ChosenProps) => {
  const [name, setName] = useState(own)
  const action = useAction()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(async () =>
      onMade(await client.call('createTask', { body: { template: id, metadata: { name: name.trim() } } })),
    )
  }
  return (
    <Modal opened onClose={onClose} title={own} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{description}</Text>
          <TextInput
            label="Name of your task"
            value={name}
            maxLength={255}
            required
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            Files: {files.map(({ path }) => path).join(', ')}
          </Text>
          {readme === null ? null : (
            <pre className="log" tabIndex={0} aria-label="README.md">
              {readme}
            </pre>
          )}
          {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={action.busy} disabled={name.trim() === ''}>
              Create task
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
