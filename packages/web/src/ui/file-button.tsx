import { type FileButtonProps, FileButton as MantineFileButton } from '@mantine/core'
import { useRef } from 'react'

/** A button that opens the chooser of files; a file that was changed on the disk may be chosen again. */
export const FileButton = <Multiple extends boolean = false>({ onChange, ...props }: FileButtonProps<Multiple>) => {
  const reset = useRef<() => void>(null)
  return (
    <MantineFileButton<Multiple>
      {...props}
      resetRef={reset}
      onChange={(chosen) => {
        onChange(chosen)
        reset.current?.()
      }}
    />
  )
}
