import { Checkbox, Group, Stack, Text } from '@mantine/core'
import type { JobLog } from '@modelsmith/api'
import { Fragment, useEffect, useRef, useState } from 'react'
import { formatClock, formatNumber } from '../../ui/format.ts'

/** The log of a job: what the platform did, and what the code printed. It follows its end while one reads the end. */
export const LogView = ({ log, live }: { readonly log: JobLog; readonly live: boolean }) => {
  const [printsOnly, setPrintsOnly] = useState(false)
  const place = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  const lines = printsOnly ? log.lines.filter(({ source }) => source !== 'platform') : log.lines
  const count = log.lines.length + log.omitted
  const last = lines.at(-1)?.sequence
  useEffect(() => {
    const element = place.current
    if (element !== null && atEnd.current) element.scrollTop = element.scrollHeight
  }, [last])
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Checkbox
          label="Prints of the code only"
          checked={printsOnly}
          onChange={(event) => setPrintsOnly(event.currentTarget.checked)}
        />
        <Text size="xs" c="dimmed">
          {formatNumber(count)} {count === 1 ? 'line' : 'lines'}
          {live ? ', more to come' : ''}
        </Text>
      </Group>
      <pre
        ref={place}
        className="log"
        tabIndex={0}
        aria-label="Log"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          atEnd.current = scrollTop + clientHeight > scrollHeight - 24
        }}
      >
        {lines.length === 0 ? (live ? 'Nothing has been written yet.' : 'Nothing was written.') : null}
        {lines.map(({ sequence, at, source, node, text }) => (
          <Fragment key={sequence}>
            <span data-source={source}>
              <span className="log-time">{formatClock(at)}</span> {wherefrom(source, node)}
              {text}
              {'\n'}
            </span>
            {sequence === log.omittedAfter ? (
              <strong>{`… ${formatNumber(log.omitted)} lines were left out …\n`}</strong>
            ) : null}
          </Fragment>
        ))}
      </pre>
    </Stack>
  )
}

/** The node that a line is about; else the stream that it was printed on. */
const wherefrom = (source: JobLog['lines'][number]['source'], node: string | null): string =>
  node === null && source === 'platform' ? '' : `${node ?? source} │ `
