import { Box, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { ApiError } from '@modelsmith/api'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { ErrorPanel } from './error-panel.tsx'

type PageProps = {
  readonly title: string
  readonly state?: ReactNode
  readonly subtitle?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Every page: its name as the one h1, its state, its actions, its content. */
export const Page = ({ title, state, subtitle, actions, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Modelsmith`
  }, [title])
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <Box>
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {state}
          </Group>
          {subtitle === undefined ? null : (
            <Text c="dimmed" size="sm">
              {subtitle}
            </Text>
          )}
        </Box>
        <Group gap="sm">{actions}</Group>
      </Group>
      {children}
    </Stack>
  )
}

/** A whole page that stands on one answer: also what went wrong is a page, with a name. */
export const LoadedPage = <T,>(props: LoadedProps<T>) => {
  const { data, error } = props.query
  if (data !== undefined || error === null) return <Loaded {...props} />
  const isMissing = error instanceof ApiError && error.problem.status === 404
  return (
    <Page title={isMissing ? 'Nothing is here' : 'This page cannot be shown'}>
      <Loaded {...props} />
    </Page>
  )
}

type LoadedProps<T> = {
  readonly query: UseQueryResult<T>
  readonly rows?: number
  readonly children: (data: T) => ReactNode
}

/** The answer of a query, its place while it comes, or what went wrong. */
export const Loaded = <T,>({ query, rows = 6, children }: LoadedProps<T>) => {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error !== null) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
  return (
    <Stack gap="sm" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={28} />
      ))}
    </Stack>
  )
}
