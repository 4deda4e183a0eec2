import { FileButton, Button, Stack } from '@mantine/core'
import type { Client, TaskUploaded } from '@modelsmith/api'
import { useUpload } from '../../app/use-upload.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import type { NamedFile } from '../../ui/files.ts'

type UploadTaskProps = {
  readonly label: string
  readonly words: string
  readonly upload: (client: Client, files: readonly NamedFile[], signal: AbortSignal) => Promise<TaskUploaded>
  readonly onUploaded: (uploaded: TaskUploaded) => Promise<void>
}

/** Takes a task's folder, or a zip of it, and shows everything that is wrong with it. */
export const UploadTask = ({ label, words, upload, onUploaded }: UploadTaskProps) => {
  const action = useUpload()
  const send = (files: readonly NamedFile[]) =>
    void action.run(async (client, signal) => {
      const uploaded = await upload(client, files, signal)
      await onUploaded(uploaded)
      const { name, latest } = uploaded.task
      return uploaded.created
        ? `Version ${latest.number} of ${name} is uploaded.`
        : `This is already version ${latest.number} of ${name}: nothing was changed.`
    })
  return (
    <Stack gap="sm">
      <FileDrop
        label={label}
        busy={action.busy}
        sent={action.sent}
        onCancel={action.cancel}
        words={words}
        folder
        onFiles={send}
      />
      <FileButton
        accept=".zip"
        onChange={(data) => (data === null ? undefined : send([{ name: data.name, data }]))}
        inputProps={{ 'aria-label': 'Zip of a task folder' }}
      >
        {(props) => (
          <Button {...props} variant="subtle" size="xs" w="fit-content" mx="auto" disabled={action.busy}>
            Choose a .zip instead
          </Button>
        )}
      </FileButton>
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
    </Stack>
  )
}
