import type { Client } from '@modelsmith/api'
import { useUpload } from '../../app/use-upload.ts'
import type { NamedFile } from '../../ui/files.ts'
import { FolderDrop } from '../../ui/folder-drop.tsx'

type UploadEnvironmentProps = {
  readonly label: string
  readonly words: string
  /** Sends the files; what is said when it is done. */
  readonly send: (client: Client, files: readonly NamedFile[], signal: AbortSignal) => Promise<string>
}

/** Takes a folder with a Dockerfile, or a zip of it. */
export const UploadEnvironment = ({ label, words, send }: UploadEnvironmentProps) => {
  const upload = useUpload()
  return (
    <FolderDrop
      {...{ label, words, upload }}
      zipOf="a folder with a Dockerfile"
      onFiles={(files) => void upload.run((client, signal) => send(client, files, signal))}
    />
  )
}
