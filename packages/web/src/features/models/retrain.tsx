import { Button, Group, List, Modal, Stack } from '@mantine/core'
import type { Model, Project, TrainingRun } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'

/** What a model is that was trained once more, beside what it is for. */
export const RetrainedFrom = ({ model: { retrainedFrom } }: { readonly model: Pick<Model, 'retrainedFrom'> }) =>
  retrainedFrom === null ? null : (
    <>
      {' '}
      · on all rows, from{' '}
      <LinkText underline="always" size="sm" to="/models/$id" params={{ id: retrainedFrom.id }}>
        {retrainedFrom.name}
      </LinkText>
    </>
  )

/** Trains the blueprint of a model once more, with the holdout among what the last fit sees. */
export const Retrain = ({ model }: { readonly model: Model }) => {
  const [open, setOpen] = useState(false)
  if (model.retrainedFrom !== null) return null
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Retrain on all rows
      </Button>
      {open ? <RetrainDialog model={model} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const RetrainDialog = ({ model, onClose }: { readonly model: Model; readonly onClose: () => void }) => {
  const project = useCall('getProject', { params: { id: model.projectId } })
  const run = useCall('getTrainingRun', { params: { id: model.trainingRunId } })
  const retrain = useAction()
  const navigate = useNavigate()
  const start = () =>
    retrain.run(async () => {
      const started = await client.call('retrain', { params: { id: model.id } })
      onClose()
      await navigate({ to: '/training-runs/$id', params: { id: started.run.id } })
    })
  return (
    <Modal opened onClose={onClose} title={`Retrain ${model.name} on all rows`}>
      <Loaded query={project}>
        {(found) => (
          <Stack>
            <Loaded query={run}>{(of) => <WhatItMeans project={found} run={of} />}</Loaded>
            {retrain.problem === undefined ? null : <ErrorPanel error={retrain.problem} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button data-autofocus loading={retrain.busy} onClick={() => void start()}>
                Retrain on all rows
              </Button>
            </Group>
          </Stack>
        )}
      </Loaded>
    </Modal>
  )
}

type WhatProps = { readonly project: Project; readonly run: TrainingRun }

const WhatItMeans = ({ project: { rows, holdoutUnlocked }, run: { sampleSize } }: WhatProps) => (
  <List size="sm" spacing="xs">
    <List.Item>
      Another model of the same blueprint, with the same parameters, features and seed, is fitted on{' '}
      {formatNumber(rows.training + rows.holdout)} rows: the {formatNumber(rows.holdout)} of the holdout are among them.
    </List.Item>
    <List.Item>
      {sampleSize < 1
        ? `Its cross validation is that of fits on ${formatNumber(sampleSize * 100)} % of the training rows; the last fit sees them all, and may take as much longer.`
        : 'Its cross validation is the one that this model has, measured without the holdout; what is known of it is not computed again.'}
    </List.Item>
    <List.Item>
      It has no score on the holdout, which it will have learned from.{' '}
      {holdoutUnlocked
        ? 'What the holdout says of this model stays.'
        : 'The holdout stays locked: nobody is told anything of it, and it still measures every other model.'}
    </List.Item>
  </List>
)
