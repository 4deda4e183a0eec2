import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { starterTypes, TargetType } from '@modelsmith/domain'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Code } from '../../ui/code.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'

type NewTaskProps = {
  /** Puts the task on the canvas. */
  readonly onAdd: (task: TaskVersion) => void
  readonly onClose: () => void
}

const languages = [
  { value: 'python', label: 'Python' },
  { value: 'r', label: 'R' },
] as const
type Language = (typeof languages)[number]['value']
type Kind = (typeof TargetType.enum)[number]

/** A custom task made where it is needed: what it is first, then its code. */
export const NewTask = ({ onAdd, onClose }: NewTaskProps) => {
  const [made, setMade] = useState<TaskVersion>()
  return (
    <Modal
      opened
      onClose={onClose}
      title={made === undefined ? 'New custom task' : made.taskName}
      size="xl"
      // Escape lets Tab out of the editor, and what was typed is not closed by a slip.
      closeOnEscape={made === undefined}
      closeOnClickOutside={made === undefined}
    >
      {made === undefined ? (
        <Begin onMade={setMade} onClose={onClose} />
      ) : (
        <Write
          version={made}
          onDone={(task) => {
            onAdd(task)
            onClose()
          }}
        />
      )}
    </Modal>
  )
}

const Begin = ({ onMade, onClose }: { readonly onMade: (made: TaskVersion) => void; readonly onClose: () => void }) => {
  const [name, setName] = useState('')
  const [language, setLanguage] = useState<Language>('python')
  const [kind, setKind] = useState<Kind>('transform')
  const create = useAction()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void create.run(async () => {
      const body = { template: `starter:${language}:${kind}`, metadata: { name: name.trim(), targetType: kind } }
      const { task } = await client.call('createTask', { body })
      onMade(await client.call('getTaskVersion', { params: { id: task.latest.id } }))
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          value={name}
          maxLength={255}
          required
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group grow>
          <Select
            label="Target type"
            data={[...TargetType.enum].filter((each) => starterTypes[language].some((known) => known === each))}
            value={kind}
            allowDeselect={false}
            onChange={(chosen) => setKind((chosen ?? 'transform') as Kind)}
          />
          <Select
            label="Language"
            data={[...languages]}
            value={language}
            allowDeselect={false}
            onChange={(chosen) => setLanguage((chosen ?? 'python') as Language)}
          />
        </Group>
        {create.problem === undefined ? null : <ErrorPanel error={create.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.busy} disabled={name.trim() === ''}>
            Create task
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type WriteProps = { readonly version: TaskVersion; readonly onDone: (task: TaskVersion) => void }

/** The code that it begins with, to be written as it should be; what is left as it is makes no version. */
const Write = ({ version, onDone }: WriteProps) => {
  const path = version.files.map((file) => file.path).find((each) => /^custom\.(py|R)$/.test(each)) ?? ''
  const query = useCall('getTaskFile', { params: { id: version.id }, query: { path } })
  const [typed, setTyped] = useState<string>()
  const save = useAction()
  const refresh = useRefresh()
  const submit = () =>
    void save.run(async () => {
      if (typed === undefined || typed === query.data?.text) {
        await refresh()
        return onDone(version)
      }
      const { task } = await client.upload('editTask', {
        params: { id: version.taskId },
        files: [{ name: path, data: new Blob([typed]) }],
        fields: { base: version.id },
      })
      const saved = await client.call('getTaskVersion', { params: { id: task.latest.id } })
      await refresh()
      onDone(saved)
    })
  return (
    <Stack>
      <Text size="sm">The task is yours from now on. Write its code here; its other files are on its page.</Text>
      <Loaded query={query}>{({ text }) => <Code path={path} text={typed ?? text ?? ''} onChange={setTyped} />}</Loaded>
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
      <Group justify="flex-end">
        <Button loading={save.busy} disabled={query.data === undefined} onClick={submit}>
          Add to blueprint
        </Button>
      </Group>
    </Stack>
  )
}
