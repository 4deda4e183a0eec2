import { Button, Checkbox, Group, Modal, MultiSelect, Stack, TagsInput, Text } from '@mantine/core'
import type { BatchSink, Deployment } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { PredictionParameters } from '../../models/index.ts'
import { type Rows, RowsChoice } from './rows-choice.tsx'
import { SinkChoice } from './sink-choice.tsx'

type BeginProps = {
  readonly deployment: Deployment
  readonly onClose: () => void
  readonly onBegun: (job: string) => void
}

const shownColumns = 12

/** Which rows are scored, what stands beside the predictions and where they go. */
export const BeginBatch = ({ deployment, onClose, onBegun }: BeginProps) => {
  const { id, inputs, predictionParameters } = deployment
  const [rows, setRows] = useState<Rows>()
  const [passThrough, setPassThrough] = useState<string[]>([])
  const [sink, setSink] = useState<BatchSink | undefined>({ kind: 'file' })
  const [logged, setLogged] = useState(true)
  const [parameters, setParameters] = useState<ParameterValues>({})
  const begin = useAction()
  const refresh = useRefresh()
  const choose = (chosen: Rows | undefined) => {
    setRows(chosen)
    // Whoever writes a query knows its columns.
    if (chosen?.kind !== 'postgres')
      setPassThrough((names) => names.filter((each) => chosen?.names.includes(each) ?? false))
  }
  const submit = (given: Rows, into: BatchSink) =>
    begin.run(async () => {
      const settings = { sink: into, passThrough, parameters, logged }
      const { job } = await (given.kind === 'file'
        ? client.upload('startFileBatch', {
            params: { id },
            files: [given.file],
            fields: {
              sink: JSON.stringify(into),
              passThrough: JSON.stringify(passThrough),
              parameters: JSON.stringify(parameters),
              logged: logged ? 'true' : 'false',
            },
          })
        : client.call('startBatch', { params: { id }, body: { ...settings, source: sourceOf(given) } }))
      await refresh()
      onBegun(job.id)
    })
  return (
    <Modal opened onClose={onClose} title="Score rows" size="lg">
      <Stack>
        <Text size="sm">
          The rows need the columns{' '}
          {inputs
            .slice(0, shownColumns)
            .map((input) => input.name)
            .join(', ')}
          {inputs.length > shownColumns ? ` and ${inputs.length - shownColumns} more` : ''}. All of them are checked
          before the first is scored; where one does not fit, nothing is, and you are told which.
        </Text>
        <RowsChoice rows={rows} onChoose={choose} />
        <PassThrough rows={rows} chosen={passThrough} onChoose={setPassThrough} />
        <PredictionParameters declared={predictionParameters} given={parameters} onChange={setParameters} />
        <SinkChoice onChoose={setSink} />
        <Checkbox
          label="Count the rows in monitoring, as those of requests"
          checked={logged}
          onChange={(event) => setLogged(event.currentTarget.checked)}
        />
        {begin.problem === undefined ? null : <ErrorPanel error={begin.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={rows === undefined || sink === undefined}
            loading={begin.busy}
            onClick={() => rows !== undefined && sink !== undefined && void submit(rows, sink)}
          >
            Score rows
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const sourceOf = (rows: Exclude<Rows, { kind: 'file' }>) =>
  rows.kind === 'dataset'
    ? { kind: rows.kind, datasetVersionId: rows.versionId }
    : { kind: rows.kind, credentialId: rows.credentialId, query: rows.query }

type PassThroughProps = {
  readonly rows: Rows | undefined
  readonly chosen: string[]
  readonly onChoose: (names: string[]) => void
}

/** Chosen from what is known; of a query, only its author knows. */
const PassThrough = ({ rows, chosen, onChoose }: PassThroughProps) => {
  const words = {
    label: 'Columns to pass through',
    description: 'They stand before the predictions, unchanged.',
    value: chosen,
    onChange: onChoose,
    clearable: true,
  }
  if (rows?.kind === 'postgres') return <TagsInput {...words} />
  return <MultiSelect {...words} data={[...(rows?.names ?? [])]} disabled={rows === undefined} searchable />
}
