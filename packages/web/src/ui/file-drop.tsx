import { Button, Stack, Text } from '@mantine/core'
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
  readonly onFiles: (files: readonly NamedFile[]) => void
}

/** A place to drop files on, and the button that does the same. */
export const FileDrop = ({ label, words, accept, folder = false, busy = false, onFiles }: FileDropProps) => {
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
