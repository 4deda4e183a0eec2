import { Alert, Button, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core'
import type { DeploymentDrift, MonitoringBaseline } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { formatNumber } from '../../../ui/format.ts'
import { useAccess } from '../../sharing/index.ts'

/** What rows are compared with, in one sentence. */
export const basisOf = ({ baseline, rows }: Pick<DeploymentDrift, 'baseline' | 'rows'>): string => {
  const counted = `${formatNumber(rows)} rows`
  if (baseline === null) return counted
  const count = formatNumber(baseline.rows)
  const sources = {
    training: `${count} training rows`,
    dataset: `${count} rows of an assigned dataset`,
    firstRows: `the first ${count} rows`,
  }
  return `${counted} against ${sources[baseline.source]}`
}

const waitingWords = ({ source, waitingRows, wantedRows }: MonitoringBaseline): string =>
  source === 'firstRows'
    ? `The first ${formatNumber(wantedRows)} rows will be the baseline; ${formatNumber(waitingRows)} have come.`
    : `The baseline is being computed; ${formatNumber(waitingRows)} rows wait for it.`

/** What keeps rows from being compared, and the choice of what they are compared with. */
export const BaselineBar = ({
  deploymentId,
  drift,
}: {
  readonly deploymentId: string
  readonly drift: DeploymentDrift
}) => {
  const { baseline } = drift
  const { can } = useAccess(deploymentId)
  const [choosing, setChoosing] = useState(false)
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {basisOf(drift)}
          {baseline?.state === 'ready' && !baseline.hasPredictions
            ? '; what the model answers for the baseline is not known, so predictions are not compared'
            : ''}
        </Text>
        {can('edit') ? (
          <Button size="compact-sm" variant="default" onClick={() => setChoosing(true)}>
            Choose baseline
          </Button>
        ) : null}
      </Group>
      {baseline === null ? <Alert variant="light">The baseline comes with the next round of the worker.</Alert> : null}
      {baseline?.state === 'waiting' ? <Alert variant="light">{waitingWords(baseline)}</Alert> : null}
      {baseline?.state === 'failed' ? (
        <Alert color="red" variant="light" role="alert" title="There is no baseline">
          {baseline.problem} Choose another.
        </Alert>
      ) : null}
      {choosing ? <ChooseBaseline deploymentId={deploymentId} onClose={() => setChoosing(false)} /> : null}
    </Stack>
  )
}

const ChooseBaseline = ({ deploymentId, onClose }: { readonly deploymentId: string; readonly onClose: () => void }) => {
  const refresh = useRefresh()
  const action = useAction()
  const datasets = useCall('listDatasets', { query: { limit: 200 } })
  const [source, setSource] = useState<'training' | 'dataset' | 'firstRows'>('training')
  const [version, setVersion] = useState<string | null>(null)
  const choose = () =>
    void action.run(async () => {
      const body =
        source === 'dataset' ? { source, ...(version === null ? {} : { datasetVersionId: version }) } : { source }
      await client.call('setBaseline', { params: { id: deploymentId }, body })
      await refresh()
      onClose()
    })
  return (
    <Modal opened onClose={onClose} title="Choose baseline">
      <Stack>
        <Radio.Group
          label="Compare rows with"
          description="Rows from now on are counted on its bins."
          value={source}
          onChange={(value) => setSource(value as typeof source)}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="training" label="The rows that the model was fitted on" />
            <Radio value="dataset" label="A dataset" />
            <Radio value="firstRows" label="The first 1,000 rows that come" />
          </Stack>
        </Radio.Group>
        {source === 'dataset' ? (
          <Select
            label="Dataset"
            searchable
            value={version}
            onChange={setVersion}
            data={(datasets.data?.items ?? []).map(({ name, latest }) => ({ value: latest.id, label: name }))}
          />
        ) : null}
        {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
        <Group justify="flex-end">
          <Button loading={action.busy} disabled={source === 'dataset' && version === null} onClick={choose}>
            Compare from now on
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
