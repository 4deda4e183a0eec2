import { Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import type { DeploymentReport } from '@modelsmith/api'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { client, useCall } from '../../app/client.ts'
import { formatNumber, formatScore } from '../../ui/format.ts'
import { LinkButton } from '../../ui/link.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { TimeRangeBar, useTimeRange } from './monitoring/time-range.tsx'

/** One document about a deployment, to be read, printed and kept. */
export const ReportPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const [range] = useTimeRange()
  const query = useCall('getDeploymentReport', { params: { id }, query: range })
  return <LoadedPage query={query}>{(report) => <Report report={report} range={range} />}</LoadedPage>
}

type Range = ReturnType<typeof useTimeRange>[0]

const Report = ({ report, range }: { readonly report: DeploymentReport; readonly range: Range }) => {
  const { deployment, createdAt, createdFor, health } = report
  const { id, name } = deployment
  const address = (operation: 'getDeploymentReport' | 'downloadDeploymentReport') =>
    client.url(operation, { params: { id }, query: range })
  return (
    <Page
      title={`Report: ${name}`}
      subtitle={`Made ${moment(createdAt)} for ${createdFor.name}, over ${moment(health.from)} to ${moment(health.to)}.`}
      actions={
        <Group gap="sm" className="screen-only">
          <LinkButton to="/deployments/$id" params={{ id }}>
            Open deployment
          </LinkButton>
          <Button component="a" variant="default" href={address('downloadDeploymentReport')} download>
            Markdown
          </Button>
          <Button component="a" variant="default" href={address('getDeploymentReport')} download={`${id}.json`}>
            JSON
          </Button>
          <Button onClick={() => window.print()}>Print</Button>
        </Group>
      }
    >
      <div className="screen-only">
        <TimeRangeBar shown={health} />
      </div>
      <Answering report={report} />
      <Lineage report={report} />
      <Asked report={report} />
      <Happened report={report} />
      <Fared report={report} />
    </Page>
  )
}

type Part = { readonly report: DeploymentReport }

/** The same words on every machine that it is printed on. */
const moment = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <Stack gap="sm" component="section">
    <Title order={2}>{title}</Title>
    {children}
  </Stack>
)

const Rows = ({
  label,
  names,
  rows,
  empty = '',
}: {
  readonly label: string
  readonly names: readonly string[]
  readonly rows: readonly (readonly ReactNode[])[]
  readonly empty?: string
}) =>
  rows.length === 0 ? (
    <Text size="sm">{empty}</Text>
  ) : (
    <section className="scroll" tabIndex={0} aria-label={label}>
      <Table withTableBorder verticalSpacing="xs" horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            {names.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, at) => (
            <Table.Tr key={at}>
              {cells.map((cell, column) => (
                <Table.Td key={names[column]} style={{ overflowWrap: 'anywhere' }}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )

const Answering = ({ report: { deployment, owners } }: Part) => {
  const { release, needsApproval, pause, problem, description, classes, inputs } = deployment
  const rows: (readonly [string, string])[] = [
    ['State', deployment.state],
    ...(problem === null ? [] : ([['Problem', problem]] as const)),
    ...(pause === null ? [] : ([['Paused', `by ${pause.by.name}, ${moment(pause.at)}: ${pause.reason}`]] as const)),
    ['Description', description === '' ? '–' : description],
    ['Owners', owners.map(({ name }) => name).join(', ')],
    ['Importance', deployment.importance],
    ['Needs a second person', needsApproval.length === 0 ? 'nothing' : needsApproval.join(', ')],
    ['Release', `${release.number}, since ${moment(release.createdAt)}`],
    ['Model', `${deployment.modelName}, ${release.modelId}`],
    ['Updates', deployment.updates],
    ['Target', `${deployment.target ?? '–'}, ${deployment.targetType}`],
    ['Classes', classes.join(', ') || '–'],
    ['Inputs', inputs.map(({ name, type }) => `${name}: ${type}`).join(', ')],
    ['Association column', deployment.associationColumn ?? '–'],
    ['Fallback', deployment.fallback?.name ?? '–'],
    ['Address', deployment.address],
  ]
  return (
    <Section title="What answers">
      <Rows label="What answers" names={['What', 'Value']} rows={rows} />
    </Section>
  )
}

const Lineage = ({ report: { lineage } }: Part) => (
  <Section title="Lineage">
    <Rows
      label="Lineage"
      names={['What', 'Name', 'Version', 'Content (SHA-256)', 'More']}
      empty="Nothing is known of it."
      rows={lineage.map(({ what, name, version, sha256, facts }) => [
        what,
        name ?? 'not shown to you',
        version ?? '–',
        sha256 ?? '–',
        facts.map((fact) => `${fact.name}: ${fact.value}`).join('; ') || '–',
      ])}
    />
  </Section>
)

const Asked = ({ report: { changeRequests } }: Part) => (
  <Section title="Change requests">
    <Rows
      label="Change requests"
      names={['Asked', 'By', 'What', 'Why', 'State', 'Decided']}
      empty="Nothing was asked for."
      rows={changeRequests.map((each) => [
        moment(each.createdAt),
        each.askedBy.name,
        [
          each.action,
          ...each.differences.map(({ what, before, after }) => `${what}: ${before ?? '–'} → ${after ?? '–'}`),
        ].join('; '),
        each.reason,
        each.state,
        each.decidedBy === null
          ? '–'
          : [`${each.decidedBy.name}, ${moment(each.decidedAt ?? '')}`, each.decisionReason, each.problem?.message]
              .filter(Boolean)
              .join(': '),
      ])}
    />
  </Section>
)

const Happened = ({ report: { history } }: Part) => (
  <Section title="History">
    <Rows
      label="History"
      names={['When', 'What', 'Who', 'From release', 'To release', 'Why']}
      empty="Nothing has happened yet."
      rows={history.map(({ at, kind, by, approvedBy, from, to, reason }) => [
        moment(at),
        kind,
        `${by?.name ?? 'The platform'}${approvedBy === null ? '' : `, approved by ${approvedBy.name}`}`,
        from === null ? '–' : `${from.number}, ${from.modelName}`,
        to === null ? '–' : `${to.number}, ${to.modelName}`,
        reason ?? '–',
      ])}
    />
  </Section>
)

const shown = (value: number | null): string => (value === null ? '–' : formatScore(value))

const Fared = ({ report: { health, drift, accuracy } }: Part) => (
  <>
    <Section title="Health">
      <Text size="sm">
        {formatNumber(health.requests)} requests with {formatNumber(health.rows)} rows; {formatNumber(health.errors)}{' '}
        errors.
      </Text>
      <Rows
        label="Latency"
        names={['Latency', 'Milliseconds']}
        empty="Nobody asked in this time."
        rows={
          health.requests === 0
            ? []
            : (['p50', 'p90', 'p95', 'p99'] as const).map((name) => [name, shown(health.latency[name])])
        }
      />
      <Rows
        label="Errors"
        names={['Error', 'Requests']}
        empty="There was no error."
        rows={health.errorCodes.map(({ code, requests }) => [code, formatNumber(requests)])}
      />
    </Section>
    <Section title="Drift">
      <Text size="sm">
        {drift.baseline === null
          ? 'There is no baseline to compare with.'
          : `${formatNumber(drift.rows)} rows of the release of now against ${drift.baseline.rows === null ? 'no' : formatNumber(drift.baseline.rows)} rows of its baseline.`}
      </Text>
      <Rows
        label="Drift by feature"
        names={['Feature', 'Role', 'Population stability index', 'Missing']}
        empty="No feature is compared."
        rows={drift.features.map(({ name, role, psi, quality }) => [
          name,
          role,
          shown(psi),
          formatNumber(quality.missing),
        ])}
      />
    </Section>
    <Section title="Accuracy">
      <Rows
        label="Accuracy by release"
        names={['Release', 'Predictions with an id', 'Actual values', 'Scores']}
        empty="No prediction of this time has an actual value."
        rows={accuracy.releases.map(({ number, predictions, actuals, scores }) => [
          formatNumber(number),
          formatNumber(predictions),
          formatNumber(actuals),
          Object.entries(scores)
            .map(([name, score]) => `${name} ${shown(score)}`)
            .join(', ') || '–',
        ])}
      />
    </Section>
  </>
)
