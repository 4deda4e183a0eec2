import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { type Importance, importances } from '@modelsmith/domain'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { ReasonField } from '../../ui/reason-field.tsx'
import { importanceWords } from './words.ts'

type DeployProps = {
  readonly title: string
  readonly button: string
  readonly initial: string
  readonly choice: { readonly modelId: string } | { readonly modelReleaseId: string }
  readonly onClose: () => void
}

/** Asks for a name, how much depends on it, and a reason where a second person has to approve. */
export const DeployDialog = ({ title, button, initial, choice, onClose }: DeployProps) => {
  const [name, setName] = useState(initial)
  const [importance, setImportance] = useState<Importance>('low')
  const [reason, setReason] = useState('')
  const settings = useCall('getOrganisationSettings')
  const navigate = useNavigate()
  const action = useAction()
  const waits = settings.data?.approvals[importance].includes('create') === true
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const asked = waits ? { reason: reason.trim() } : {}
    await action.run(async () => {
      const body = { name: name.trim(), importance, ...choice, ...asked }
      const { id } = await client.call('createDeployment', { body })
      onClose()
      await navigate({ to: '/deployments/$id', params: { id } })
    })
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Select
            label="Importance"
            description="How much depends on it"
            data={importances.map((value) => ({ value, label: importanceWords[value] }))}
            value={importance}
            allowDeselect={false}
            onChange={(value) => setImportance(value ?? 'low')}
          />
          {waits ? (
            <>
              <Text size="sm">It waits, and answers nobody, until a second person approves.</Text>
              <ReasonField value={reason} onChange={setReason} />
            </>
          ) : null}
          {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={action.busy}
              disabled={name.trim() === '' || (waits && reason.trim() === '')}
            >
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
