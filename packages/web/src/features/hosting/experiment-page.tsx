import { Stack } from '@mantine/core'
import type { Experiment } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { ApplicationForm } from './application-form.tsx'
import { ModelFileSection } from './model-file.tsx'
import { ProofSection } from './proof.tsx'
import { Submission } from './submission.tsx'
import { ExperimentTraining } from './training/experiment-training.tsx'
import { TryRows } from './try-rows.tsx'

export const ExperimentPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getExperiment', { params: { id } })
  return (
    <LoadedPage query={query}>
      {(experiment) => <ExperimentView key={experiment.id} experiment={experiment} />}
    </LoadedPage>
  )
}

const ExperimentView = ({ experiment }: { readonly experiment: Experiment }) => {
  const { id, name, version, state, training, registeredModelId, owner } = experiment
  const refresh = useRefresh()
  const navigate = useNavigate()
  return (
    <Page
      title={name}
      state={<StateBadge state={state} />}
      subtitle={`Experiment ${training ? 'with' : 'without'} training · of ${owner.name}`}
      actions={
        <>
          <LinkButton to="/registered-models/$id" params={{ id: registeredModelId }}>
            Open model
          </LinkButton>
          <ObjectMenu
            kind="experiment"
            name={name}
            onRename={async (renamed) => {
              await client.call('changeExperiment', { params: { id }, body: { name: renamed }, ifMatch: version })
              await refresh()
            }}
            onDelete={async () => {
              await client.call('deleteExperiment', { params: { id }, ifMatch: version })
              await navigate({ to: '/registered-models/$id', params: { id: registeredModelId } })
            }}
          />
        </>
      }
    >
      {training ? <ExperimentTraining experiment={experiment} /> : <Hosting experiment={experiment} />}
    </Page>
  )
}

/** A finished file: its upload, its fields, rows to try, its proof. */
const Hosting = ({ experiment }: { readonly experiment: Experiment }) => {
  const { model, file, customAlgorithm } = experiment
  return (
    <Stack gap="xl">
      <ModelFileSection experiment={experiment} />
      {model === null || file === null ? null : (
        <>
          <ApplicationForm key={file.sha256} experiment={experiment} model={model} />
          <TryRows
            experiment={experiment}
            model={model}
            declared={customAlgorithm?.definition.predictionParameters ?? []}
          />
          <ProofSection experiment={experiment} model={model} />
          <Submission experiment={experiment} />
        </>
      )}
    </Stack>
  )
}
