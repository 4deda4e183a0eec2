import { Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { Deployment, KeptRow, LoggedRequest } from '@modelsmith/api'
import { useParams } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { useAddress } from '../../../ui/address.ts'
import { Ago } from '../../../ui/ago.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { formatMs, formatNumber } from '../../../ui/format.ts'
import { LinkButton, LinkText } from '../../../ui/link.tsx'
import { LoadedPage, Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/state-badge.tsx'
import { JobPanel } from '../../jobs/index.ts'
import { ServedModel } from '../served-model.tsx'
import { RowExplanation } from './row-explanation.tsx'
import { RowsTable } from './rows-table.tsx'
import { ScoredAgain } from './scored-again.tsx'

const pageRows = 50

/** One request of a deployment: who answered it, with what, and what is said of it now. */
export const RequestPage = () => {
  const { id, request } = useParams({ strict: false }) as { id: string; request: string }
  const [asked] = useAddress('row')
  const row = Number(asked ?? 0)
  const start = Number.isSafeInteger(row) && row >= 0 ? Math.floor(row / pageRows) * pageRows : 0
  const deployment = useCall('getDeployment', { params: { id } })
  const query = useCall('getLoggedRequest', { params: { id }, query: { request, start, limit: pageRows } })
  return (
    <LoadedPage query={deployment}>
      {(found) => (
        <LoadedPage query={query}>
          {(logged) => <RequestView deployment={found} logged={logged} start={start} />}
        </LoadedPage>
      )}
    </LoadedPage>
  )
}

type ViewProps = { readonly deployment: Deployment; readonly logged: LoggedRequest; readonly start: number }

const RequestView = ({ deployment: { id, name }, logged, start }: ViewProps) => {
  const { requestId, status, at, latencyMs, rows, release, rowsState, errorCode, again, explanations } = logged
  const { fallback } = logged
  const newestFirst = explanations.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
  const [job, follow] = useState<string>()
  const begin = useAction()
  const refresh = useRefresh()
  /** What was asked for comes here, wherever on the page it was. */
  const answers = useRef<HTMLDivElement>(null)
  const ask = (started: Promise<{ readonly job: { readonly id: string } }>) =>
    void begin.run(async () => {
      follow((await started).job.id)
      answers.current?.scrollIntoView({ block: 'start' })
      await refresh()
    })
  return (
    <Page
      title="Request"
      state={<StateBadge state={status} />}
      subtitle={requestId}
      actions={
        <LinkButton to="/deployments/$id" params={{ id }} search={{ tab: 'requests' }}>
          Requests of {name}
        </LinkButton>
      }
    >
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md">
        <Fact name="At">
          <Ago at={at} />
        </Fact>
        <Fact name="Answered by">
          <ServedModel release={release}>{`Release ${release.number}, ${release.modelName}`}</ServedModel>
        </Fact>
        <Fact name="Rows">{formatNumber(rows)}</Fact>
        <Fact name="Latency">{formatMs(latencyMs)}</Fact>
      </SimpleGrid>
      {fallback === undefined ? null : (
        <Text size="sm">
          Its fallback{' '}
          <LinkText to="/deployments/$id" params={{ id: fallback.deploymentId }} underline="always">
            {fallback.deploymentId}
          </LinkText>{' '}
          answered by release {fallback.releaseId}, since its own model could not: {fallback.why}. Its rows are not kept
          here.
        </Text>
      )}
      {errorCode === null ? null : <Text size="sm">It was refused: {errorCode}.</Text>}
      {rowsState === 'kept' ? (
        <>
          <Group gap="xs">
            <Button
              loading={begin.busy}
              onClick={() => ask(client.call('scoreRequestAgain', { params: { id }, body: { requestId } }))}
            >
              Score again
            </Button>
          </Group>
          <Stack ref={answers} gap="lg" style={{ scrollMarginTop: 72 }}>
            {begin.problem === undefined ? null : <ErrorPanel error={begin.problem} />}
            {job === undefined ? null : <JobPanel key={job} id={job} showLog={false} quietWhenDone />}
            {newestFirst.map((explanation) => (
              <RowExplanation key={explanation.row} explanation={explanation} logged={logged} />
            ))}
            {again === null ? null : <ScoredAgain again={again} logged={logged} />}
          </Stack>
          <Rows
            logged={logged}
            start={start}
            onExplain={(row) => ask(client.call('explainRequest', { params: { id }, body: { requestId, row } }))}
          />
        </>
      ) : (
        <Empty>{whyNoRows[rowsState]}</Empty>
      )}
    </Page>
  )
}

const whyNoRows: Readonly<Record<Exclude<LoggedRequest['rowsState'], 'kept'>, string>> = {
  withheld: 'Its rows are kept, for those who may edit the deployment.',
  letGo: 'Its rows are not kept any more: their days are over, or newer ones took their place.',
  notKept:
    'Its rows were not kept. Whether rows are kept, of how many requests and for how long, is set under Rows of the deployment.',
  refused: 'It was refused, and its rows are not kept.',
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <Stack gap={0}>
    <Text size="sm" c="dimmed">
      {name}
    </Text>
    <Text component="div">{children}</Text>
  </Stack>
)

type RowsProps = {
  readonly logged: LoggedRequest
  readonly start: number
  readonly onExplain: (row: number) => void
}

const Rows = ({ logged: { items, columns, rows, whyUnexplained }, start, onExplain }: RowsProps) => {
  const [, go] = useAddress('row', { opens: true })
  return (
    <Stack gap="sm">
      <Title order={2}>Rows</Title>
      <RowsTable
        label="Rows of the request"
        rows={items}
        columns={columns}
        empty={<Empty>The request has no rows here.</Empty>}
        first={[{ key: 'row', title: 'Row', cell: ({ row }) => row }]}
        last={
          whyUnexplained === null
            ? [
                {
                  key: 'explain',
                  title: 'Why',
                  cell: ({ row }: KeptRow) => (
                    <Button size="compact-xs" variant="default" onClick={() => onExplain(row)}>
                      Explain row {row}
                    </Button>
                  ),
                },
              ]
            : []
        }
      />
      {whyUnexplained === null ? null : <Text size="sm">{whyUnexplained}</Text>}
      {rows <= items.length ? null : (
        <Group gap="xs">
          <Text size="sm">
            Rows {formatNumber(start)} to {formatNumber(start + items.length - 1)} of {formatNumber(rows)}
          </Text>
          <Button size="xs" variant="default" disabled={start === 0} onClick={() => go(String(start - pageRows))}>
            Rows before
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={start + items.length >= rows}
            onClick={() => go(String(start + pageRows))}
          >
            Rows after
          </Button>
        </Group>
      )}
    </Stack>
  )
}
