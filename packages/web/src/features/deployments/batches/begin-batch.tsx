import { Button, Checkbox, Group, Modal, MultiSelect, Radio, Select, Stack, Text, TextInput } from '@mantine/core'
import type { BatchSink, Deployment } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import { csvHead, sniffCsv } from '@modelsmith/table'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { FileDrop } from '../../../ui/file-drop.tsx'
import type { NamedFile } from '../../../ui/files.ts'
import { PredictionParameters } from '../../models/index.ts'

type BeginProps = {
  readonly deployment: Deployment
  readonly onClose: () => void
  readonly onBegun: (job: string) => void
}
type Rows =
  | { readonly kind: 'file'; readonly file: NamedFile; readonly names: readonly string[] }
  | { readonly kind: 'dataset'; readonly versionId: string; readonly names: readonly string[] }

const shownColumns = 12

/** Which rows are scored, what stands beside the predictions and where they go. */
export const BeginBatch = ({ deployment, onClose, onBegun }: BeginProps) => {
  const { id, inputs, predictionParameters } = deployment
  const [rows, setRows] = useState<Rows>()
  const [passThrough, setPassThrough] = useState<string[]>([])
  const [into, setInto] = useState<BatchSink['kind']>('file')
  const [name, setName] = useState('')
  const [logged, setLogged] = useState(true)
  const [parameters, setParameters] = useState<ParameterValues>({})
  const begin = useAction()
  const refresh = useRefresh()
  const choose = (chosen: Rows | undefined) => {
    setRows(chosen)
    setPassThrough((names) => names.filter((each) => chosen?.names.includes(each)))
  }
  const submit = (given: Rows) =>
    begin.run(async () => {
      const sink: BatchSink = into === 'file' ? { kind: into } : { kind: into, name: name.trim() }
      const { job } = await (given.kind === 'file'
        ? client.upload('startFileBatch', {
            params: { id },
            files: [given.file],
            fields: {
              sink: JSON.stringify(sink),
              passThrough: passThrough.join(','),
              parameters: JSON.stringify(parameters),
              logged: logged ? 'true' : 'false',
            },
          })
        : client.call('startBatch', {
            params: { id },
            body: {
              source: { kind: 'dataset', datasetVersionId: given.versionId },
              sink,
              passThrough,
              parameters,
              logged,
            },
          }))
      await refresh()
      onBegun(job.id)
    })
  const isReady = rows !== undefined && (into === 'file' || name.trim() !== '')
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
        <FileDrop
          label={rows?.kind === 'file' ? 'Choose another file' : 'Choose a file'}
          words={rows?.kind === 'file' ? rows.file.name : 'Drop a CSV file here, of any length.'}
          accept=".csv,.tsv,.txt"
          onFiles={([file]) => {
            if (file !== undefined) void namesIn(file).then((names) => choose({ kind: 'file', file, names }))
          }}
        />
        <DatasetChoice chosen={rows?.kind === 'dataset' ? rows.versionId : null} onChoose={choose} />
        <MultiSelect
          label="Columns to pass through"
          description="They stand before the predictions, unchanged."
          data={[...(rows?.names ?? [])]}
          disabled={rows === undefined}
          value={passThrough}
          onChange={setPassThrough}
          searchable
          clearable
        />
        <PredictionParameters declared={predictionParameters} given={parameters} onChange={setParameters} />
        <Radio.Group label="Predictions go into" value={into} onChange={(value) => setInto(value as BatchSink['kind'])}>
          <Group mt={4}>
            <Radio value="file" label="A file to download" />
            <Radio value="dataset" label="A new dataset" />
          </Group>
        </Radio.Group>
        {into === 'dataset' ? (
          <TextInput
            label="Name of the dataset"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        ) : null}
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
          <Button disabled={!isReady} loading={begin.busy} onClick={() => rows !== undefined && void submit(rows)}>
            Score rows
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

type DatasetChoiceProps = {
  readonly chosen: string | null
  readonly onChoose: (rows: Rows | undefined) => void
}

const DatasetChoice = ({ chosen, onChoose }: DatasetChoiceProps) => {
  const { data } = useCall('listDatasets', { query: { limit: 200 } })
  const ready = (data?.items ?? []).map(({ name, latest }) => ({ name, latest })).filter(isRead)
  return (
    <Select
      label="Or a dataset that is here"
      data={ready.map(({ name, latest }) => ({ value: latest.id, label: name }))}
      value={chosen}
      onChange={(versionId) => {
        const columns = ready.find(({ latest }) => latest.id === versionId)?.latest.columns ?? []
        onChoose(
          versionId === null ? undefined : { kind: 'dataset', versionId, names: columns.map(({ name }) => name) },
        )
      }}
      searchable
    />
  )
}

const isRead = ({ latest }: { readonly latest: { readonly state: string } }): boolean => latest.state === 'ready'

const headBytes = 2 ** 20

/** The columns of a file, by its first line; none where that is not to be told, which the server then does. */
const namesIn = async ({ data }: NamedFile): Promise<readonly string[]> => {
  const bytes = new Uint8Array(await data.slice(0, headBytes).arrayBuffer())
  try {
    return csvHead(bytes, sniffCsv(bytes).delimiter.charCodeAt(0), data.size <= headBytes)?.names ?? []
  } catch {
    return []
  }
}
