import { Button, Group, Menu, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useCall } from '../../app/client.ts'
import { FileButton } from '../../ui/file-button.tsx'
import { formatBytes } from '../../ui/format.ts'
import { CheckedText } from '../../ui/checked-text.tsx'
import { Loaded } from '../../ui/page.tsx'
import { NameDialog } from '../../ui/object-menu.tsx'
import { Code, type LineFinding } from '../../ui/code.tsx'
import type { DraftFile } from './draft.ts'

type FileTextProps = {
  readonly versionId: string
  readonly path: string
  readonly children?: (text: string) => React.ReactNode
}

/** The saved text of a file, to read; `children` may do something else with it. */
export const FileText = ({ versionId, path, children }: FileTextProps) => {
  const query = useCall('getTaskFile', { params: { id: versionId }, query: { path } })
  return (
    <Loaded query={query}>
      {({ text, bytes }) =>
        text === null ? (
          <Text c="dimmed">This file is not text, or too large to show ({formatBytes(bytes)}).</Text>
        ) : children !== undefined ? (
          children(text)
        ) : text === '' ? (
          <Text c="dimmed">This file is empty.</Text>
        ) : (
          <Code path={path} text={text} />
        )
      }
    </Loaded>
  )
}

type FileEditorProps = {
  readonly base: string
  readonly file: DraftFile
  readonly findingsOf: (text: string) => readonly LineFinding[]
  readonly onType: (text: string, saved: string | undefined) => void
  readonly onReplace: (data: File) => void
  readonly onRename: (path: string) => void
  readonly onDelete: () => void
}

/** One file of a draft: its text to edit, or what it is instead, with what is wrong at each line. */
export const FileEditor = ({ base, file, findingsOf, onType, onReplace, onRename, onDelete }: FileEditorProps) => {
  const { path, from, text, data } = file
  const [naming, setNaming] = useState(false)
  return (
    <Stack gap="sm" miw={0}>
      <Group justify="space-between">
        <Text ff="monospace" size="sm">
          {path}
        </Text>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" variant="default">
              Change file
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <FileButton onChange={(chosen) => chosen !== null && onReplace(chosen)}>
              {(props) => (
                <Menu.Item {...props} closeMenuOnClick={false}>
                  Replace by a file
                </Menu.Item>
              )}
            </FileButton>
            <Menu.Item onClick={() => setNaming(true)}>Rename file</Menu.Item>
            <Menu.Item color="red" onClick={onDelete}>
              Delete file
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {data !== undefined ? (
        <Text c="dimmed">
          Replaced by {data.name} of the disk ({formatBytes(data.size)}); it is sent when the version is saved.
        </Text>
      ) : from === undefined ? (
        <CheckedText
          path={path}
          text={text ?? ''}
          findingsOf={findingsOf}
          onType={(typed) => onType(typed, undefined)}
        />
      ) : (
        <FileText versionId={base} path={from}>
          {(saved) => (
            <CheckedText
              path={path}
              text={text ?? saved}
              findingsOf={findingsOf}
              onType={(typed) => onType(typed, saved)}
            />
          )}
        </FileText>
      )}
      {naming ? (
        <NameDialog
          title={`Rename ${path}`}
          button="Rename"
          initial={path}
          onClose={() => setNaming(false)}
          onName={async (name) => onRename(name)}
        />
      ) : null}
    </Stack>
  )
}
