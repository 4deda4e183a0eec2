import {
  Alert,
  Button,
  Group,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import type { AlertsChange, DeploymentAlerts } from '@modelsmith/api'
import { alertMetrics } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

type AlertsProps = { readonly deploymentId: string; readonly canChange: boolean }
type Told = DeploymentAlerts['states'][number]

const nouns: Readonly<Record<Told['rule'], string>> = {
  errorShare: 'Share of errors',
  latency: '95th percentile of latency, ms',
  drift: 'Population stability index',
  accuracy: 'Accuracy metric',
}

const valueOf = ({ value, feature }: Pick<Told, 'value' | 'feature'>): string =>
  value === null ? 'too little is known' : `${Number(value.toPrecision(4))}${feature === null ? '' : ` (${feature})`}`

/** What the deployment is watched for, how it stands, and who was told. */
export const Alerts = ({ deploymentId, canChange }: AlertsProps) => {
  const query = useCall('getAlerts', { params: { id: deploymentId } }, { refetchInterval: 10_000 })
  return (
    <Loaded query={query}>
      {(alerts) => (
        <Stack>
          <States alerts={alerts} />
          {canChange ? <Limits deploymentId={deploymentId} alerts={alerts} /> : null}
          <Title order={2} size="h4">
            Notices
          </Title>
          <Notices alerts={alerts} />
        </Stack>
      )}
    </Loaded>
  )
}

const States = ({ alerts: { states, checkedAt } }: { readonly alerts: DeploymentAlerts }) => (
  <Stack gap="xs">
    <DataTable
      label="Watched"
      rows={states}
      rowKey={({ rule }) => rule}
      empty={<Empty>Nothing is watched, or nothing was judged yet.</Empty>}
      columns={[
        { key: 'rule', title: 'What', cell: ({ rule }) => nouns[rule] },
        { key: 'state', title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
        { key: 'value', title: 'Measured', cell: valueOf },
        { key: 'limit', title: 'Limit', cell: ({ limit }) => limit },
        { key: 'since', title: 'Since', cell: ({ since }) => <Ago at={since} /> },
      ]}
    />
    {checkedAt === null ? null : (
      <Text size="sm" c="dimmed">
        Judged <Ago at={checkedAt} />
      </Text>
    )}
  </Stack>
)

const Notices = ({ alerts: { notices } }: { readonly alerts: DeploymentAlerts }) => (
  <DataTable
    label="Notices"
    rows={notices}
    rowKey={({ id }) => id}
    search={false}
    empty={<Empty>Nobody was told anything yet.</Empty>}
    columns={[
      { key: 'at', title: 'When', cell: ({ at }) => <Ago at={at} /> },
      { key: 'rule', title: 'What', cell: ({ rule }) => nouns[rule] },
      { key: 'state', title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
      { key: 'value', title: 'Measured', cell: valueOf },
      { key: 'channel', title: 'By', cell: ({ channel }) => (channel === 'mail' ? 'Mail' : 'Webhook') },
      {
        key: 'sent',
        title: 'Sent',
        cell: ({ sentAt, problem }) => (sentAt === null ? (problem ?? 'waiting') : <Ago at={sentAt} />),
      },
    ]}
  />
)

type Draft = Omit<AlertsChange, 'webhook'>
type NumberKey = 'errorShare' | 'p95Ms' | 'psi' | 'metricLimit'

const Limits = ({ deploymentId, alerts }: { readonly deploymentId: string; readonly alerts: DeploymentAlerts }) => {
  const { webhookHost, mailIsSetUp, checkedAt: _, states: __, notices: ___, ...kept } = alerts
  const [draft, setDraft] = useState<Draft>(kept)
  const [address, setAddress] = useState('')
  const [secret, setSecret] = useState('')
  const save = useAction()
  const refresh = useRefresh()
  const put = (webhook?: AlertsChange['webhook']) =>
    save.run(async () => {
      const body = webhook === undefined ? draft : { ...draft, webhook }
      await client.call('setAlerts', { params: { id: deploymentId }, body })
      setAddress('')
      setSecret('')
      await refresh()
      return 'Alerts are set.'
    })
  const number = (key: NumberKey, label: string, description: string) => (
    <NumberField
      label={label}
      description={description}
      placeholder="not watched"
      value={draft[key]}
      onChange={(value) => setDraft({ ...draft, [key]: value })}
    />
  )
  const whole = (key: 'hours' | 'minimum', label: string, most: number) => (
    <NumberInput
      label={label}
      min={1}
      max={most}
      allowDecimal={false}
      value={draft[key]}
      onChange={(value) => typeof value === 'number' && setDraft({ ...draft, [key]: value })}
    />
  )
  return (
    <Stack>
      <Title order={2} size="h4">
        Limits
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {number('errorShare', 'Share of errors above', 'From 0 to 1')}
        {number('p95Ms', 'Latency above', '95th percentile, in milliseconds')}
        {number('psi', 'Drift above', 'Population stability index of any feature or prediction')}
        <Group align="end" grow>
          <Select
            label="Metric"
            placeholder="not watched"
            clearable
            data={alertMetrics}
            value={draft.metric}
            onChange={(metric) =>
              setDraft({
                ...draft,
                metric: metric as Draft['metric'],
                metricLimit: metric === null ? null : draft.metricLimit,
              })
            }
          />
          <NumberField
            label="Worse than"
            disabled={draft.metric === null}
            value={draft.metricLimit}
            onChange={(value) => setDraft({ ...draft, metricLimit: value })}
          />
        </Group>
        {whole('hours', 'Over the last hours', 720)}
        {whole('minimum', 'On at least so many requests, rows or actual values', 1_000_000)}
      </SimpleGrid>
      <Switch
        label="Mail the owner and the editors"
        description={
          mailIsSetUp ? 'When a limit is passed, and when it is well again' : 'No mail is set up on this installation'
        }
        checked={draft.mail}
        onChange={(event) => setDraft({ ...draft, mail: event.currentTarget.checked })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Webhook"
          description={`${webhookHost === null ? 'None yet' : `Now at ${webhookHost}`}; told of change requests too`}
          placeholder="https://"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <PasswordInput
          label="Secret"
          description="Signs each notice; at least 16 characters"
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          autoComplete="off"
        />
      </SimpleGrid>
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
      {draft.mail || webhookHost !== null || address !== '' ? null : (
        <Alert variant="light">Nobody is told; this page shows what was judged.</Alert>
      )}
      <Group>
        <Button
          loading={save.busy}
          disabled={(address === '') !== (secret === '')}
          onClick={() => void put(address === '' ? undefined : { url: address, secret })}
        >
          Set alerts
        </Button>
        {webhookHost === null ? null : (
          <Button variant="default" loading={save.busy} onClick={() => void put(null)}>
            Remove webhook
          </Button>
        )}
      </Group>
    </Stack>
  )
}
