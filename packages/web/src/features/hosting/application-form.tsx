import { Button, Group, Select, Stack, Table, Text, Textarea, TextInput, Title } from '@mantine/core'
import type { Application, Experiment, HostedModel } from '@modelsmith/api'
import { checkApplication, type KnownField, matchFields, typesFor } from '@modelsmith/domain'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { fieldsIn } from './fields-in.ts'
import { useIsOpen } from './use-is-open.ts'

type Input = Application['inputs'][number]
type ColumnType = Input['type']

const shownInputs = 200
const anyType = typesFor({ kind: 'any' })

/** Which field of the application each input of the algorithm comes from. */
export const ApplicationForm = ({
  experiment,
  model,
}: {
  readonly experiment: Experiment
  readonly model: HostedModel
}) => {
  const { id, application: saved, version } = experiment
  const [draft, setDraft] = useState<Application>()
  // What was seen when the first change was made: another person's change since then must be heard of.
  const [seen, setSeen] = useState(version)
  const save = useAction()
  const refresh = useRefresh()
  const application = draft ?? saved
  const isClosed = !useIsOpen(experiment)
  const change = (next: Application) => {
    if (draft === undefined) setSeen(version)
    setDraft(next)
  }
  const findings = checkApplication(model, application)
  const wrongAt = (pointer: string) =>
    findings.find(({ place, code }) => place?.pointer === pointer && code !== 'application.noField')?.message
  const known = new Map(model.inputs.map((input) => [input.name, input]))
  const words = new Map(
    (experiment.customAlgorithm?.definition.inputs ?? []).map(({ name, description }) => [name, description ?? '']),
  )
  const setInput = (at: number, part: Partial<Input>) =>
    change({
      ...application,
      inputs: application.inputs.map((input, index) => (index === at ? { ...input, ...part } : input)),
    })
  const submit = () =>
    save.run(async () => {
      await client.call('changeExperiment', { params: { id }, body: { application }, ifMatch: seen })
      setDraft(undefined)
      await refresh()
      return 'The fields are saved.'
    })
  const unnamed = findings.filter(({ code }) => code === 'application.noField').length
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Application input</Title>
      <Text size="sm">
        For each input of the algorithm, the field that your application sends. The order of your fields does not
        matter.
      </Text>
      {isClosed ? null : (
        <Match model={model} onFields={(fields) => change(matchFields(model, application, fields) as Application)} />
      )}
      <section className="scroll" tabIndex={0} aria-label="Inputs">
        <Table withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Input</Table.Th>
              <Table.Th>Takes</Table.Th>
              <Table.Th>Field</Table.Th>
              <Table.Th>Type</Table.Th>
              <Table.Th>When missing</Table.Th>
              <Table.Th>Unit</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {application.inputs.slice(0, shownInputs).map((input, at) => (
              <InputRow
                key={input.input}
                input={input}
                takes={known.get(input.input) ?? { kind: 'any' }}
                words={words.get(input.input) ?? ''}
                onRemove={
                  known.has(input.input)
                    ? undefined
                    : () => change({ ...application, inputs: application.inputs.filter((each) => each !== input) })
                }
                isClosed={isClosed}
                wrongAt={(part) => wrongAt(`/application/inputs/${at}/${part}`)}
                onChange={(part) => setInput(at, part)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {application.inputs.length > shownInputs ? (
        <Text size="sm" c="dimmed">
          The first {shownInputs} of {formatNumber(application.inputs.length)} are shown; all are matched and saved.
        </Text>
      ) : null}
      {model.isVariable && !isClosed ? (
        <FurtherInput
          model={model}
          application={application}
          onAdd={(name) => {
            const added = { input: name, field: name, type: 'number' as const, default: null, unit: null }
            change({ ...application, inputs: [...application.inputs, added] })
          }}
        />
      ) : null}
      <PassThrough
        application={application}
        isClosed={isClosed}
        onChange={(passThrough) => change({ ...application, passThrough })}
      />
      <Text size="sm" role="status">
        {unnamed === 0
          ? 'Every input has a field.'
          : `${formatNumber(unnamed)} ${unnamed === 1 ? 'input has' : 'inputs have'} no field yet.`}
      </Text>
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
      {isClosed ? null : (
        <Group>
          <Button loading={save.busy} disabled={draft === undefined} onClick={() => void submit()}>
            Save fields
          </Button>
          {draft === undefined ? null : (
            <Button variant="default" onClick={() => setDraft(undefined)}>
              Discard changes
            </Button>
          )}
        </Group>
      )}
      <LeaveGuard unsaved={draft !== undefined} words="The fields that you named are not saved." />
    </Stack>
  )
}

type InputRowProps = {
  readonly input: Input
  readonly takes: Pick<HostedModel['inputs'][number], 'kind' | 'type'>
  readonly words: string
  /** Of an input that was added. */
  readonly onRemove: (() => void) | undefined
  readonly isClosed: boolean
  readonly wrongAt: (part: string) => string | undefined
  readonly onChange: (part: Partial<Input>) => void
}

const kindWords = { number: 'a number', text: 'text', boolean: 'true or false', any: 'a number or text' } as const
const wordsOf = ({ kind, type }: InputRowProps['takes']): string =>
  type === 'date' ? 'a date' : type === 'integer' ? 'a whole number' : kindWords[kind]

const InputRow = ({ input, takes, words, isClosed, wrongAt, onRemove, onChange }: InputRowProps) => (
  <Table.Tr>
    <Table.Th scope="row">
      {input.input}
      {words === '' ? null : (
        <Text size="xs" c="dimmed">
          {words}
        </Text>
      )}
      {onRemove === undefined || isClosed ? null : (
        <Button size="compact-xs" variant="default" aria-label={`Remove input ${input.input}`} onClick={onRemove}>
          Remove
        </Button>
      )}
    </Table.Th>
    <Table.Td>{wordsOf(takes)}</Table.Td>
    <Table.Td miw={160}>
      <TextInput
        size="xs"
        aria-label={`Field for ${input.input}`}
        value={input.field ?? ''}
        disabled={isClosed}
        error={wrongAt('field')}
        onChange={(event) => onChange({ field: event.currentTarget.value === '' ? null : event.currentTarget.value })}
      />
    </Table.Td>
    <Table.Td miw={130}>
      <Select
        size="xs"
        aria-label={`Type of the field for ${input.input}`}
        data={[...new Set<ColumnType>([...typesFor(takes), input.type])]}
        value={input.type}
        allowDeselect={false}
        disabled={isClosed}
        error={wrongAt('type')}
        onChange={(type) => (type === null ? undefined : onChange({ type: type as ColumnType, default: null }))}
      />
    </Table.Td>
    <Table.Td miw={110}>
      <TextInput
        size="xs"
        aria-label={`When ${input.input} is missing`}
        placeholder="stays missing"
        value={input.default === null ? '' : String(input.default)}
        disabled={isClosed}
        error={wrongAt('default')}
        onChange={(event) => onChange({ default: cellOf(event.currentTarget.value, input.type) })}
      />
    </Table.Td>
    <Table.Td miw={80}>
      <TextInput
        size="xs"
        aria-label={`Unit of ${input.input}`}
        value={input.unit ?? ''}
        disabled={isClosed}
        onChange={(event) => onChange({ unit: event.currentTarget.value === '' ? null : event.currentTarget.value })}
      />
    </Table.Td>
  </Table.Tr>
)

const cellOf = (text: string, type: ColumnType): Input['default'] => {
  if (text === '') return null
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'number' || type === 'integer') return Number.isNaN(Number(text)) ? text : Number(text)
  return text
}

/** Names of fields from a header that is pasted, or from a dataset. */
const Match = ({
  model,
  onFields,
}: {
  readonly model: HostedModel
  readonly onFields: (fields: readonly KnownField[]) => void
}) => {
  const [header, setHeader] = useState('')
  const [problem, setProblem] = useState<string>()
  const datasets = useCall('listDatasets', { query: { limit: 200 } })
  const ready = (datasets.data?.items ?? []).filter(({ latest }) => latest.state === 'ready')
  const isNamed = model.inputs.every((input) => input.isNamed)
  return (
    <Group align="end">
      <Textarea
        label="Header or sample rows"
        error={problem}
        description={
          model.isVariable
            ? 'The names of your fields with commas, tabs or lines between them, or some of your rows'
            : isNamed
              ? 'The names of your fields, or some of your rows: equal names are matched'
              : 'The file keeps no names: the columns of the training, or rows with them, in their order'
        }
        autosize
        minRows={1}
        maxRows={6}
        miw={{ base: '100%', xs: 420 }}
        value={header}
        onChange={(event) => setHeader(event.currentTarget.value)}
      />
      <Button
        variant="default"
        disabled={header.trim() === ''}
        onClick={() => {
          try {
            onFields(fieldsIn(header))
            setProblem(undefined)
          } catch (error) {
            setProblem(error instanceof Error ? error.message : String(error))
          }
        }}
      >
        Match fields
      </Button>
      <Select
        label="Or the columns of a dataset"
        placeholder={ready.length === 0 ? 'There is no dataset' : 'Choose a dataset'}
        data={ready.map(({ name, latest }) => ({ value: latest.id, label: name }))}
        value={null}
        searchable
        onChange={(chosen) => {
          const found = ready.find(({ latest }) => latest.id === chosen)
          if (found !== undefined) onFields(found.latest.columns.map(({ name, type }) => ({ name, type })))
        }}
      />
    </Group>
  )
}

/** Another field for an algorithm with a variable input. */
const FurtherInput = ({
  model: { inputs, fewerThan },
  application,
  onAdd,
}: {
  readonly model: HostedModel
  readonly application: Application
  readonly onAdd: (name: string) => void
}) => {
  const [name, setName] = useState('')
  const added = application.inputs.length - inputs.length
  const isTaken = application.inputs.some(({ input }) => input === name.trim())
  return (
    <Group align="end" gap="sm">
      <TextInput
        size="xs"
        label="Further input"
        description={`The name of another field that the algorithm is to read${fewerThan === undefined ? '' : `; fewer than ${fewerThan}, ${added} added`}`}
        value={name}
        error={isTaken ? 'It is there already.' : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button
        size="xs"
        variant="default"
        disabled={name.trim() === '' || isTaken || (fewerThan !== undefined && added + 1 >= fewerThan)}
        onClick={() => {
          onAdd(name.trim())
          setName('')
        }}
      >
        Add input
      </Button>
    </Group>
  )
}

type PassThroughProps = {
  readonly application: Application
  readonly isClosed: boolean
  readonly onChange: (passThrough: Application['passThrough']) => void
}

/** Fields that go unchanged into the answer, such as an id. */
const PassThrough = ({ application: { inputs, passThrough }, isClosed, onChange }: PassThroughProps) => {
  const [name, setName] = useState('')
  const add = () => {
    const type = inputs.find(({ field }) => field === name.trim())?.type ?? 'text'
    onChange([...passThrough.filter(({ field }) => field !== name.trim()), { field: name.trim(), type }])
    setName('')
  }
  return (
    <Stack gap="xs">
      {passThrough.map(({ field, type }, at) => (
        <Group key={field} gap="sm">
          <Text size="sm">
            <b>{field}</b> is passed through as
          </Text>
          <Select
            size="xs"
            aria-label={`Type of ${field}`}
            data={[...anyType, 'date']}
            value={type}
            allowDeselect={false}
            disabled={isClosed}
            onChange={(chosen) =>
              chosen === null
                ? undefined
                : onChange(
                    passThrough.map((each, index) => (index === at ? { field, type: chosen as ColumnType } : each)),
                  )
            }
          />
          {isClosed ? null : (
            <Button
              size="xs"
              variant="default"
              onClick={() => onChange(passThrough.filter((each) => each.field !== field))}
              aria-label={`Remove ${field}: do not pass it through`}
            >
              Remove
            </Button>
          )}
        </Group>
      ))}
      {isClosed ? null : (
        <Group align="end" gap="sm">
          <TextInput
            size="xs"
            label="Field to pass through"
            description="Handed on into the answer, such as an id"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="xs" variant="default" disabled={name.trim() === ''} onClick={add}>
            Pass through
          </Button>
        </Group>
      )}
    </Stack>
  )
}
