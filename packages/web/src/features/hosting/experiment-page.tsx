import { Stack } from '@mantine/core'
import type { Experiment } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { Loaded, LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useAccess } from '../sharing/index.ts'
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
  const { can } = useAccess(id)
  const access = useCall('getAccess', { params: { id } })
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
            onRename={
              can('edit')
                ? async (renamed) => {
                    await client.call('changeExperiment', { params: { id }, body: { name: renamed }, ifMatch: version })
                    await refresh()
                  }
                : undefined
            }
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteExperiment', { params: { id }, ifMatch: version })
                    await navigate({ to: '/registered-models/$id', params: { id: registeredModelId } })
                  }
                : undefined
            }
          />
        </>
      }
    >
      <Loaded query={access}>
        {() => (training ? <ExperimentTraining experiment={experiment} /> : <Hosting experiment={experiment} />)}
      </Loaded>
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
