import { Alert, Button, Code, Group, List, Stack, Text } from '@mantine/core'
import { ApiError } from '@modelsmith/api'
import type { StoredError } from '@modelsmith/api'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import { formatNumber } from './format.ts'

type Shown = Pick<StoredError, 'message' | 'hint' | 'findings' | 'code' | 'traceback'>

const shownOf = (error: unknown): Shown => {
  if (error instanceof ApiError) {
    const { detail, hint, findings, code, traceback } = error.problem
    return {
      message: detail,
      code,
      ...(hint === undefined ? {} : { hint }),
      ...(findings === undefined ? {} : { findings }),
      ...(traceback === undefined ? {} : { traceback }),
    }
  }
  if (typeof error === 'object' && error !== null && 'message' in error && 'code' in error) return error as Shown
  return { message: error instanceof Error ? error.message : String(error), code: 'page' }
}

const firstFindings = 8
const moreFindings = 50

type Place = NonNullable<NonNullable<StoredError['findings']>[number]['place']>

/** Many messages begin with the place themselves. */
const isSaid = (message: string, place: Place): boolean => {
  const words = places(place)
  return words === '' || message.toLowerCase().includes(words.toLowerCase())
}

const places = (place: Place): string =>
  [
    place.node === undefined ? '' : `node ${place.node}`,
    place.file ?? '',
    place.line === undefined ? '' : `line ${place.line}`,
    place.row === undefined ? '' : `row ${place.row}`,
    place.pointer ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ')

/** What happened, to what, and what to do; with a code to quote. */
export const ErrorPanel = ({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) => {
  const { message, hint, findings = [], code, traceback } = shownOf(error)
  const [shown, setShown] = useState(firstFindings)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert" title={message}>
      <Stack gap="xs">
        {findings.length > 0 && !(findings.length === 1 && findings[0]?.message === message) ? (
          <List size="sm">
            {findings.slice(0, shown).map((finding, index) => (
              <List.Item key={index}>
                {finding.message}
                {finding.place === undefined || isSaid(finding.message, finding.place) ? null : (
                  <Text span c="dimmed" size="sm">{` (${places(finding.place)})`}</Text>
                )}
                {finding.hint === undefined || finding.hint === hint ? null : <Text size="sm">{finding.hint}</Text>}
              </List.Item>
            ))}
          </List>
        ) : null}
        {findings.length > shown ? (
          <Group gap="sm">
            <Text size="sm">{formatNumber(findings.length - shown)} more are known.</Text>
            <Button size="xs" variant="default" onClick={() => setShown(shown + moreFindings)}>
              Show {Math.min(moreFindings, findings.length - shown)} more
            </Button>
          </Group>
        ) : null}
        {traceback === undefined ? null : (
          <pre className="log" tabIndex={0} aria-label="Traceback">
            {traceback}
          </pre>
        )}
        {hint === undefined ? null : <Text size="sm">{hint}</Text>}
        <Text size="xs">
          Code <Code>{code}</Code>
        </Text>
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" onClick={onRetry} w="fit-content">
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
