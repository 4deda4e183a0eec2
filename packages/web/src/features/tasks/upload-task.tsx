import { FileButton, Button, Stack } from '@mantine/core'
import type { TaskUploaded } from '@modelsmith/api'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import type { NamedFile } from '../../ui/files.ts'

type UploadTaskProps = {
  readonly label: string
  readonly words: string
  readonly upload: (files: readonly NamedFile[]) => Promise<TaskUploaded>
  readonly onUploaded: (uploaded: TaskUploaded) => Promise<void>
}

/** Takes a task's folder, or a zip of it, and shows everything that is wrong with it. */
export const UploadTask = ({ label, words, upload, onUploaded }: UploadTaskProps) => {
  const action = useAction()
  const send = (files: readonly NamedFile[]) =>
    void action.run(async () => {
      const uploaded = await upload(files)
      await onUploaded(uploaded)
      const { name, latest } = uploaded.task
      return uploaded.created
        ? `Version ${latest.number} of ${name} is uploaded.`
        : `This is already version ${latest.number} of ${name}: nothing was changed.`
    })
  return (
    <Stack gap="sm">
      <FileDrop label={label} busy={action.busy} words={words} folder onFiles={send} />
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
