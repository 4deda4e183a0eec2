import { Button, Stack } from '@mantine/core'
import { ErrorPanel } from './error-panel.tsx'
import { FileButton } from './file-button.tsx'
import { FileDrop } from './file-drop.tsx'
import type { NamedFile } from './files.ts'

type FolderDropProps = {
  readonly label: string
  readonly words: string
  /** What the zip is of, such as `a task folder`. */
  readonly zipOf: string
  /** How far the last files are, and what was wrong with them. */
  readonly upload: {
    readonly busy: boolean
    readonly sent: number | undefined
    readonly problem: unknown
    readonly cancel: () => void
  }
  readonly onFiles: (files: readonly NamedFile[]) => void
}

/** Takes a folder, or a zip of it, and shows everything that is wrong with it. */
export const FolderDrop = ({ label, words, zipOf, upload, onFiles }: FolderDropProps) => (
  <Stack gap="sm">
    <FileDrop
      label={label}
      busy={upload.busy}
      sent={upload.sent}
      onCancel={upload.cancel}
      words={words}
      folder
      onFiles={onFiles}
    />
    <FileButton
      accept=".zip"
      onChange={(data) => (data === null ? undefined : onFiles([{ name: data.name, data }]))}
      inputProps={{ 'aria-label': `Zip of ${zipOf}` }}
    >
      {(props) => (
        <Button {...props} variant="subtle" size="xs" w="fit-content" mx="auto" disabled={upload.busy}>
          Choose a .zip instead
        </Button>
      )}
    </FileButton>
    {upload.problem === undefined ? null : <ErrorPanel error={upload.problem} />}
  </Stack>
)
