import { Anchor, Button, Group, Select, Stack, Text } from '@mantine/core'
import type { Model } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { useAddress } from '../../ui/address.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { JobPanel } from '../jobs/index.ts'
import { PredictionParameters } from './prediction-parameters.tsx'

type PredictFileProps = { readonly model: Model; readonly mayPredict: boolean }

/** Predictions on a file or a dataset, before anything is deployed; of the training rows for everybody. */
export const PredictFile = ({ model, mayPredict }: PredictFileProps) => (
  <Stack>
    {mayPredict ? <PredictRows model={model} /> : null}
    <Text size="sm">
      <Anchor href={client.url('outOfFoldPredictions', { params: { id: model.id } })} download>
        Out-of-fold predictions of the training rows
      </Anchor>
    </Text>
  </Stack>
)

const PredictRows = ({ model }: { readonly model: Model }) => {
  const [jobId, setJobId] = useAddress('job')
  const predict = useAction()
  const datasets = useCall('listDatasets', { query: { limit: 200 } })
  const [parameters, setParameters] = useState<ParameterValues>({})
  const [dataset, setDataset] = useState<string | null>(null)
  const ready = (datasets.data?.items ?? []).filter(({ latest }) => latest.state === 'ready')
  return (
    <Stack>
      <Text>
        Needs the columns{' '}
        {model.inputs
          .slice(0, 12)
          .map(({ name }) => name)
          .join(', ')}
        {model.inputs.length > 12 ? ` and ${model.inputs.length - 12} more` : ''}. Others are ignored.
      </Text>
      <PredictionParameters declared={model.predictionParameters} given={parameters} onChange={setParameters} />
      <FileDrop
        label="Predict a file"
        busy={predict.busy}
        words="Drop a CSV file here; it need not have the target."
        accept=".csv,.tsv,.txt"
        onFiles={(files) =>
          void predict.run(async () => {
            const { job } = await client.upload('predictFile', {
              params: { id: model.id },
              fields: { parameters: JSON.stringify(parameters) },
              files: files.slice(0, 1),
            })
            setJobId(job.id)
          })
        }
      />
      <Group align="end">
        <Select
          label="Or a dataset that is here"
          data={ready.map(({ name, latest }) => ({ value: latest.id, label: name }))}
          value={dataset}
          onChange={setDataset}
          searchable
        />
        <Button
          variant="default"
          disabled={dataset === null}
          loading={predict.busy}
          onClick={() =>
            void predict.run(async () => {
              if (dataset === null) return
              const { job } = await client.call('predictDataset', {
                params: { id: model.id },
                body: { datasetVersionId: dataset, parameters },
              })
              setJobId(job.id)
            })
          }
        >
          Predict the dataset
        </Button>
      </Group>
      {predict.problem === undefined ? null : <ErrorPanel error={predict.problem} />}
      {jobId === undefined ? null : <JobPanel key={jobId} id={jobId} showLog={false} />}
    </Stack>
  )
}
