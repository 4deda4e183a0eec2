import { Button, Group, Stack } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useCall } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { Loaded, LoadedPage, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { DeployDialog } from '../approvals/index.ts'
import { BlueprintGraphView } from '../blueprints/index.ts'
import { JobPanel } from '../jobs/index.ts'
import { IfMayCreate, ShareButton, useAccess } from '../sharing/index.ts'
import { NodeCosts, purposeOf, StepsTable } from '../projects/index.ts'
import { Artifacts } from './artifacts.tsx'
import { CustomInsights } from './custom-insights.tsx'
import { Insights } from './insights/insights.tsx'
import { NativeScoring } from './native-scoring.tsx'
import { PredictFile } from './predict-file.tsx'
import { Reproduce } from './reproduce.tsx'
import { Retrain, RetrainedFrom } from './retrain.tsx'
import { Scores } from './scores.tsx'

export const ModelPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getModel', { params: { id } })
  return <LoadedPage query={query}>{(model) => <ModelView key={model.id} model={model} />}</LoadedPage>
}

const ModelView = ({ model }: { readonly model: Model }) => {
  const { can } = useAccess(model.id)
  // Without labels of anomalies nothing says which trial is best.
  const isJudged = model.targetType !== 'anomaly' || model.target !== null
  const canSearch = useAccess(model.projectId).can('run') && isJudged
  return (
    <Page
      title={model.name}
      subtitle={
        <>
          {purposeOf(model)} · trained by {model.owner.name}
          <RetrainedFrom model={model} />
        </>
      }
      actions={
        <>
          <LinkButton to="/projects/$id" params={{ id: model.projectId }}>
            Leaderboard
          </LinkButton>
          {canSearch ? (
            <LinkButton to="/searches/new" search={{ model: model.id }}>
              Search parameters
            </LinkButton>
          ) : null}
          {can('run') ? <Retrain model={model} /> : null}
          <ShareButton id={model.id} />
          {can('deploy') ? <Deploy model={model} /> : null}
        </>
      }
    >
      <PageTabs
        tabs={[
          { key: 'insights', title: 'Insights', content: () => <Insights model={model} /> },
          {
            key: 'custom-insights',
            title: 'Custom insights',
            content: () => <CustomInsights model={model} mayDownload={can('download')} />,
          },
          {
            key: 'metrics',
            title: 'Metrics',
            content: () => (
              <Stack gap="xl">
                <Scores model={model} />
                <NativeScoring native={model.native} />
              </Stack>
            ),
          },
          { key: 'blueprint', title: 'Blueprint', content: () => <TrainedBlueprint model={model} /> },
          {
            key: 'predict',
            title: 'Predict',
            content: () => <PredictFile model={model} mayPredict={can('predict')} />,
          },
          {
            key: 'artifacts',
            title: 'Artifacts',
            content: () => <Artifacts model={model} mayDownload={can('download')} />,
          },
          { key: 'reproduce', title: 'Reproduce', content: () => <Reproduce model={model} /> },
          { key: 'steps', title: 'Steps', content: () => <StepsTable steps={model.steps} /> },
          { key: 'log', title: 'Log', content: () => <TrainingLog runId={model.trainingRunId} /> },
        ]}
      />
    </Page>
  )
}

const TrainedBlueprint = ({ model: { id, graph, steps } }: { readonly model: Model }) => (
  <Stack>
    <Group>
      <IfMayCreate kind="blueprint">
        <LinkButton to="/blueprints/new" search={{ model: id }}>
          Copy blueprint
        </LinkButton>
      </IfMayCreate>
    </Group>
    <BlueprintGraphView graph={graph} />
    <NodeCosts steps={steps} />
  </Stack>
)

const Deploy = ({ model }: { readonly model: Model }) => {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Deploy</Button>
      {open ? (
        <DeployDialog
          title="Deploy model"
          button="Deploy model"
          initial={model.name}
          choice={{ modelId: model.id }}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  )
}

const TrainingLog = ({ runId }: { readonly runId: string }) => {
  const query = useCall('getTrainingRun', { params: { id: runId } })
  return <Loaded query={query}>{({ jobId }) => <JobPanel key={jobId} id={jobId} />}</Loaded>
}
