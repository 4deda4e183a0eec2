import { Button, FileButton, Stack } from '@mantine/core'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import type { NamedFile } from '../../ui/files.ts'

type UploadEnvironmentProps = {
  readonly label: string
  readonly words: string
  /** Sends the files; what is said when it is done. */
  readonly send: (files: readonly NamedFile[]) => Promise<string>
}

/** Takes a folder with a Dockerfile, or a zip of it, and shows everything that is wrong with it. */
export const UploadEnvironment = ({ label, words, send }: UploadEnvironmentProps) => {
  const action = useAction()
  const upload = (files: readonly NamedFile[]) => void action.run(() => send(files))
  return (
    <Stack gap="sm">
      <FileDrop label={label} busy={action.busy} words={words} folder onFiles={upload} />
      <FileButton
        accept=".zip"
        onChange={(data) => (data === null ? undefined : upload([{ name: data.name, data }]))}
        inputProps={{ 'aria-label': 'Zip of a folder with a Dockerfile' }}
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
