import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { FileButton } from '../../ui/file-button.tsx'
import { formatBytes } from '../../ui/format.ts'
import { NameDialog } from '../../ui/object-menu.tsx'
import type { DraftChange } from './draft.ts'

type FileListProps = {
  readonly files: readonly { readonly path: string; readonly bytes: number | undefined }[]
  readonly shown: string | undefined
  readonly changes?: readonly DraftChange[]
  readonly onShow: (path: string) => void
}

const words = { new: 'new', changed: 'changed', renamed: 'renamed', deleted: 'deleted' } as const

/** The files of a version or a draft, with what is changed about each. */
export const FileList = ({ files, shown, changes = [], onShow }: FileListProps) => (
  <Stack gap={2} component="nav" aria-label="Files">
    {files.map(({ path, bytes }) => {
      const change = changes.find((each) => each.path === path && each.change !== 'deleted')?.change
      return (
        <Button
          key={path}
          variant={path === shown ? 'light' : 'subtle'}
          color={path === shown ? 'indigo' : 'gray'}
          size="xs"
          justify="space-between"
          aria-current={path === shown}
          onClick={() => onShow(path)}
          rightSection={
            change === undefined ? (
              <Text span size="xs" c="dimmed">
                {bytes === undefined ? '' : formatBytes(bytes)}
              </Text>
            ) : (
              <Badge variant="default" size="xs" tt="none" fw={500}>
                {words[change]}
              </Badge>
            )
          }
        >
          {path}
        </Button>
      )
    })}
  </Stack>
)

type AddFilesProps = {
  readonly onNew: (path: string) => void
  readonly onFiles: (files: readonly File[]) => void
}

/** A new empty file, or files from the disk. */
export const AddFiles = ({ onNew, onFiles }: AddFilesProps) => {
  const [naming, setNaming] = useState(false)
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={() => setNaming(true)}>
        New file
      </Button>
      <FileButton multiple onChange={onFiles} inputProps={{ 'aria-label': 'Files to add' }}>
        {(props) => (
          <Button {...props} size="xs" variant="default">
            Add files
          </Button>
        )}
      </FileButton>
      {naming ? (
        <NameDialog
          title="New file"
          button="Add file"
          initial=""
          onClose={() => setNaming(false)}
          onName={async (path) => onNew(path)}
        />
      ) : null}
    </Group>
  )
}
