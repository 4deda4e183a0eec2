import { Button, Group, Stack, Text } from '@mantine/core'
import type { FeatureInsights as Computed, Model } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { Ago } from '../../../ui/ago.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { JobPanel } from '../../jobs/index.ts'
import { useAccess } from '../../sharing/index.ts'
import { Effects } from './effects.tsx'
import { Impact } from './impact.tsx'

type FeatureInsightsProps = { readonly model: Model; readonly show: 'impact' | 'effects' }

/** What a job computes once for everybody: until then, how to start it. */
export const FeatureInsights = ({ model, show }: FeatureInsightsProps) => {
  const query = useCall('getFeatureInsights', { params: { id: model.id } })
  return <Loaded query={query}>{(found) => <Shown model={model} show={show} found={found} />}</Loaded>
}

const Shown = ({ model, show, found }: FeatureInsightsProps & { readonly found: Computed }) => {
  const { can } = useAccess(model.id)
  const refresh = useRefresh()
  const start = useAction()
  const [started, setStarted] = useState<string>()
  const compute = (
    <Button
      variant={found.computed === null ? 'filled' : 'default'}
      loading={start.busy}
      onClick={() =>
        void start.run(async () => {
          const { job } = await client.call('computeFeatureInsights', { params: { id: model.id }, body: {} })
          setStarted(job.id)
          await refresh()
        })
      }
    >
      {found.computed === null ? 'Compute impact and effects' : 'Compute again'}
    </Button>
  )
  const job = started ?? (found.computed === null ? found.jobId : null)
  return (
    <Stack>
      {found.computed === null ? (
        <Empty action={can('predict') ? compute : undefined}>
          Nobody has computed yet what shuffling or setting each feature does to the predictions of validation rows.
        </Empty>
      ) : (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            Computed {found.computedAt === null ? '' : <Ago at={found.computedAt} />}
          </Text>
          {can('predict') ? compute : null}
        </Group>
      )}
      {start.problem === undefined ? null : <ErrorPanel error={start.problem} />}
      {job === null ? null : <JobPanel key={job} id={job} showLog={false} quietWhenDone />}
      {found.computed === null ? null : show === 'effects' ? (
        <Effects model={model} computed={found.computed} />
      ) : (
        <Impact computed={found.computed} />
      )}
    </Stack>
  )
}
