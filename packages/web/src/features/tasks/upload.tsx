import { Stack } from '@mantine/core'
import type { TaskUploaded } from '@modelsmith/api'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import type { NamedFile } from '../../ui/files.ts'

type TaskUploadProps = {
  readonly label: string
  readonly words: string
  readonly send: (files: readonly NamedFile[]) => Promise<TaskUploaded>
  readonly onUploaded: (uploaded: TaskUploaded) => Promise<void>
}

/** Uploads the folder of a task, or a zip of it; what is wrong with it is listed at once. */
export const TaskUpload = ({ label, words, send, onUploaded }: TaskUploadProps) => {
  const upload = useAction()
  return (
    <Stack gap="sm">
      <FileDrop
        label={upload.busy ? 'Uploading…' : label}
        words={words}
        folder
        onFiles={(files) =>
          void upload.run(async () => {
            const uploaded = await send(files)
            await onUploaded(uploaded)
            return uploaded.created ? undefined : 'Nothing has changed: the latest version has the same files.'
          })
        }
      />
      {upload.problem === undefined ? null : <ErrorPanel error={upload.problem} />}
    </Stack>
  )
}
