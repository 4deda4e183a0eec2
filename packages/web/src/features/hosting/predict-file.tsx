import { Stack, Text, Title } from '@mantine/core'
import type { ModelRelease } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { client } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { formatNumber } from '../../ui/format.ts'
import { JobPanel } from '../jobs/index.ts'
import { PredictionParameters } from '../models/index.ts'

const shownFields = 12

/** Predictions of a release on a whole file, without a deployment. */
export const PredictReleaseFile = ({ release }: { readonly release: ModelRelease }) => {
  const { id, number, fields, passThrough, predictionParameters } = release
  const [jobId, setJobId] = useState<string>()
  const [parameters, setParameters] = useState<ParameterValues>({})
  const predict = useAction()
  const names = fields.map(({ name }) => name)
  const handedOn = passThrough.length === 0 ? '' : ` ${passThrough.join(', ')} will stand beside the predictions.`
  return (
    <Stack component="section" aria-label={`Predict a file with release ${number}`} maw={640}>
      <Title order={2}>Predict a file with release {number}</Title>
      <Text size="sm">
        Needs the columns {names.slice(0, shownFields).join(', ')}
        {names.length > shownFields ? ` and ${formatNumber(names.length - shownFields)} more` : ''}. Others are ignored.
        {handedOn}
      </Text>
      <PredictionParameters declared={predictionParameters} given={parameters} onChange={setParameters} />
      <FileDrop
        label="Upload rows"
        busy={predict.busy}
        words="Drop a CSV file here, of any length."
        accept=".csv,.tsv,.txt"
        onFiles={(files) =>
          void predict.run(async () => {
            const { job } = await client.upload('predictReleaseFile', {
              params: { id },
              fields: { parameters: JSON.stringify(parameters) },
              files: files.slice(0, 1),
            })
            setJobId(job.id)
          })
        }
      />
      {predict.problem === undefined ? null : <ErrorPanel error={predict.problem} />}
      {jobId === undefined ? null : <JobPanel key={jobId} id={jobId} showLog={false} />}
    </Stack>
  )
}
