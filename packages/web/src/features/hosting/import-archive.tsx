import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import type { NamedFile } from '../../ui/files.ts'

const asNew = 'new'

/** Takes a release that another installation has exported: as a model of its own, or into a line that is there. */
export const ImportArchive = () => {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Import an archive
      </Button>
      {open ? <ImportDialog onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const ImportDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const models = useCall('listRegisteredModels', { query: { limit: 200 } })
  const [into, setInto] = useState(asNew)
  const [name, setName] = useState('')
  const importing = useAction()
  const navigate = useNavigate()
  const bring = ([file]: readonly NamedFile[]) =>
    importing.run(async () => {
      if (file === undefined) return
      const own = name.trim() === '' ? {} : { name: name.trim() }
      const { id } = await client.upload('importRelease', {
        fields: into === asNew ? own : { registeredModelId: into },
        files: [file],
      })
      await navigate({ to: '/releases/$id', params: { id } })
      return 'The release was imported.'
    })
  return (
    <Modal opened onClose={onClose} title="Import an archive">
      <Stack>
        <Text size="sm">
          Another installation saves a release as an archive and signs it. It is taken here once an administrator trusts
          the key of that installation.
        </Text>
        <Select
          label="Import as"
          data={[
            { value: asNew, label: 'A new registered model' },
            ...(models.data?.items ?? []).map((model) => ({ value: model.id, label: `A release of ${model.name}` })),
          ]}
          value={into}
          allowDeselect={false}
          onChange={(value) => setInto(value ?? asNew)}
        />
        {into === asNew ? (
          <TextInput
            label="Name"
            description="Where none is given, the one that it has there"
            maxLength={255}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        ) : (
          <Text size="sm" c="dimmed">
            It stands by until somebody sets it as the latest.
          </Text>
        )}
        <FileDrop
          label="Choose archive"
          words="Drop the archive here."
          accept=".zip"
          busy={importing.busy}
          onFiles={(files) => void bring(files)}
        />
        {importing.problem === undefined ? null : <ErrorPanel error={importing.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
