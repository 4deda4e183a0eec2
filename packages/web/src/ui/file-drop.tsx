import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { type DragEvent, useRef, useState } from 'react'
import { formatNumber } from './format.ts'
import { droppedFiles, type NamedFile, pickedFiles } from './files.ts'

type FileDropProps = {
  readonly label: string
  readonly words: string
  readonly accept?: string
  /** A whole folder, each file with its path in it. */
  readonly folder?: boolean
  /** While the last files are on their way. */
  readonly busy?: boolean
  /** How much of them is sent, from 0 to 1. */
  readonly sent?: number | undefined
  readonly onCancel?: () => void
  readonly onFiles: (files: readonly NamedFile[]) => void
}

/** A place to drop files on, and the button that does the same. */
export const FileDrop = ({
  label,
  words,
  accept,
  folder = false,
  busy = false,
  sent,
  onCancel,
  onFiles,
}: FileDropProps) => {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [problem, setProblem] = useState<string>()
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    if (busy) return
    void droppedFiles(event.dataTransfer).then((files) => {
      const isOne = folder || files.length === 1
      setProblem(isOne ? undefined : `One file is taken at a time; ${formatNumber(files.length)} were dropped.`)
      if (isOne && files.length > 0) onFiles(files)
    })
  }
  return (
    <div
      className="drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Stack align="center" gap="sm">
        <Text size="sm" c="dimmed">
          {words}
        </Text>
        <Button variant="default" loading={busy} onClick={() => input.current?.click()}>
          {label}
        </Button>
        {sent === undefined ? null : <Sending label={label} sent={sent} onCancel={onCancel} />}
        {problem === undefined ? null : (
          <Text size="sm" c="red" role="alert">
            {problem}
          </Text>
        )}
        <input
          ref={input}
          type="file"
          hidden
          aria-label={label}
          {...(accept === undefined ? {} : { accept })}
          {...(folder ? { webkitdirectory: '' } : {})}
          multiple={folder}
          onChange={(event) => {
            const files = pickedFiles(event.currentTarget.files)
            event.currentTarget.value = ''
            setProblem(undefined)
            if (files.length > 0) onFiles(files)
          }}
        />
      </Stack>
    </div>
  )
}

type SendingProps = {
  readonly label: string
  readonly sent: number
  readonly onCancel: (() => void) | undefined
}

const Sending = ({ label, sent, onCancel }: SendingProps) => (
  <Group w="100%" maw={420} wrap="nowrap">
    <div style={{ flex: 1 }} role="status">
      <Progress value={sent * 100} aria-label={`Progress of ${label}`} />
      <Text size="sm" c="dimmed" mt={4}>
        {sent < 1 ? `${Math.floor(sent * 100)} % is sent.` : 'All is sent; the server looks at it.'}
      </Text>
    </div>
    {onCancel === undefined ? null : (
      <Button size="xs" variant="default" onClick={onCancel}>
        Cancel upload
      </Button>
    )}
  </Group>
)
