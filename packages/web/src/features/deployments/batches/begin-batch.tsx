import {
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  SegmentedControl,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import type { BatchSink, Deployment } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { PredictionParameters } from '../../models/index.ts'
import { type Rows, RowsChoice } from './rows-choice.tsx'
import { SinkChoice } from './sink-choice.tsx'
import { cronOf, type When } from './when.ts'
import { ownTimeZone, WhenChoice } from './when-choice.tsx'

type BeginProps = {
  readonly deployment: Deployment
  readonly onClose: () => void
  /** The job, where it was begun at once. */
  readonly onBegun: (job: string | undefined) => void
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
  const [clock, setClock] = useState<Clock>()
  const begin = useAction()
  const refresh = useRefresh()
  const choose = (chosen: Rows | undefined) => {
    setRows(chosen)
    // What lies elsewhere, only whoever names it knows.
    if (chosen?.kind !== 'postgres' && chosen?.kind !== 's3')
      setPassThrough((names) => names.filter((each) => chosen?.names.includes(each) ?? false))
  }
  const settingsFor = (into: BatchSink) => ({ sink: into, passThrough, parameters, logged })
  const submit = (given: Rows, into: BatchSink) =>
    begin.run(async () => {
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
        : client.call('startBatch', { params: { id }, body: { ...settingsFor(into), source: sourceOf(given) } }))
      await refresh()
      onBegun(job.id)
    })
  const keep = (given: LastingRows, into: BatchSink, cron: string) =>
    begin.run(async () => {
      const batch = { ...settingsFor(into), source: sourceOf(given) }
      await client.call('createBatchSchedule', {
        params: { id },
        body: { name: clock?.name.trim() ?? '', cron, timeZone: clock?.when.timeZone ?? 'UTC', batch },
      })
      await refresh()
      onBegun(undefined)
      return `“${clock?.name.trim()}” begins batches by the clock.`
    })
  const lasting = rows === undefined || rows.kind === 'file' ? undefined : rows
  const cron = clock === undefined ? undefined : cronOf(clock.when)
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
        <ClockChoice clock={clock} onChange={setClock} />
        {begin.problem === undefined ? null : <ErrorPanel error={begin.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          {clock === undefined ? (
            <Button
              disabled={rows === undefined || sink === undefined}
              loading={begin.busy}
              onClick={() => rows !== undefined && sink !== undefined && void submit(rows, sink)}
            >
              Score rows
            </Button>
          ) : (
            <Button
              disabled={lasting === undefined || sink === undefined || cron === undefined || clock.name.trim() === ''}
              loading={begin.busy}
              onClick={() =>
                lasting !== undefined && sink !== undefined && cron !== undefined && void keep(lasting, sink, cron)
              }
            >
              Keep schedule
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

type Clock = { readonly name: string; readonly when: When }
const atNight: Clock = { name: '', when: { every: 'day', time: '02:00', cron: '', timeZone: ownTimeZone } }

type ClockProps = {
  readonly clock: Clock | undefined
  readonly onChange: (clock: Clock | undefined) => void
}

/** Whether the rows are scored at once, or again and again by a schedule. */
const ClockChoice = ({ clock, onChange }: ClockProps) => (
  <Stack gap="sm">
    <SegmentedControl
      aria-label="When"
      data={['Now', 'By the clock']}
      value={clock === undefined ? 'Now' : 'By the clock'}
      onChange={(value) => onChange(value === 'Now' ? undefined : atNight)}
    />
    {clock === undefined ? null : (
      <>
        <Text size="sm">
          Each batch is begun as you, with the rights that you have then. A file that you upload is scored once: choose
          a dataset, a query or S3. In addresses of S3 and names of datasets, {'{date}'} and {'{time}'} are those of the
          run.
        </Text>
        <TextInput
          label="Name of the schedule"
          required
          maxLength={255}
          value={clock.name}
          onChange={(event) => onChange({ ...clock, name: event.currentTarget.value })}
        />
        <WhenChoice when={clock.when} onChange={(when) => onChange({ ...clock, when })} />
      </>
    )}
  </Stack>
)

type LastingRows = Exclude<Rows, { kind: 'file' }>
const sourceOf = (rows: LastingRows) => {
  const { names: _, ...source } = rows
  return source.kind === 'dataset' ? { kind: source.kind, datasetVersionId: source.versionId } : source
}

type PassThroughProps = {
  readonly rows: Rows | undefined
  readonly chosen: string[]
  readonly onChoose: (names: string[]) => void
}

/** Chosen from what is known; of a query or a file elsewhere, only its author knows. */
const PassThrough = ({ rows, chosen, onChoose }: PassThroughProps) => {
  const words = {
    label: 'Columns to pass through',
    description: 'They stand before the predictions, unchanged.',
    value: chosen,
    onChange: onChoose,
    clearable: true,
  }
  if (rows?.kind === 'postgres' || rows?.kind === 's3') return <TagsInput {...words} />
  return <MultiSelect {...words} data={[...(rows?.names ?? [])]} disabled={rows === undefined} searchable />
}
