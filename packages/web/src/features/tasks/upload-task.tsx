import type { Client, TaskUploaded } from '@modelsmith/api'
import { useUpload } from '../../app/use-upload.ts'
import type { NamedFile } from '../../ui/files.ts'
import { FolderDrop } from '../../ui/folder-drop.tsx'

type UploadTaskProps = {
  readonly label: string
  readonly words: string
  readonly upload: (client: Client, files: readonly NamedFile[], signal: AbortSignal) => Promise<TaskUploaded>
  readonly onUploaded: (uploaded: TaskUploaded) => Promise<void>
}

/** Takes a task's folder, or a zip of it. */
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
  return <FolderDrop {...{ label, words }} zipOf="a task folder" upload={action} onFiles={send} />
}
