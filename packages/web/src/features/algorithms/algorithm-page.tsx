import { Button, Group, NumberInput, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core'
import type { CustomAlgorithm } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { AnsweredBy, isChosen, type Scorer, scorerBody, scorerOf } from './answered-by.tsx'
import { draftOf, type ParameterDraft, parameterOf } from './parameter-draft.ts'
import { ParametersEditor } from './parameters-editor.tsx'
import { choiceCell, RowsEditor, textCell } from './rows-editor.tsx'

type Definition = CustomAlgorithm['definition']
type Input = Definition['inputs'][number]
type Output = Definition['outputs'][number]
type Draft = {
  readonly name: string
  readonly description: string
  readonly scorer: Scorer
  readonly inputs: readonly Input[]
  readonly fewerThan: number | null
  readonly outputs: readonly Output[]
  readonly trainingParameters: readonly ParameterDraft[]
  readonly predictionParameters: readonly ParameterDraft[]
}

const emptyInput: Input = { name: '', type: 'number', role: 'feature', description: '' }
const emptyOutput: Output = { name: '', type: 'number', description: '' }
const fresh: Draft = {
  name: '',
  description: '',
  scorer: { by: 'native', nativeAlgorithm: null },
  inputs: [emptyInput],
  fewerThan: null,
  outputs: [{ ...emptyOutput, name: 'prediction' }],
  trainingParameters: [],
  predictionParameters: [],
}

const draftOfAlgorithm = (algorithm: CustomAlgorithm): Draft => {
  const { name, description, definition } = algorithm
  return {
    name,
    description,
    scorer: scorerOf(algorithm),
    inputs: definition.inputs,
    fewerThan: definition.variableInput?.fewerThan ?? null,
    outputs: definition.outputs,
    trainingParameters: definition.trainingParameters.map(draftOf),
    predictionParameters: definition.predictionParameters.map(draftOf),
  }
}

const bodyOf = (draft: Draft) => ({
  name: draft.name.trim(),
  description: draft.description,
  ...scorerBody(draft.scorer),
  definition: {
    inputs: draft.inputs.map((input) => ({ ...input, name: input.name.trim() })),
    variableInput: draft.fewerThan === null ? null : { fewerThan: draft.fewerThan },
    outputs: draft.outputs.map((output) => ({ ...output, name: output.name.trim() })),
    trainingParameters: draft.trainingParameters.map(parameterOf),
    predictionParameters: draft.scorer.by === 'code' ? draft.predictionParameters.map(parameterOf) : [],
  },
})

export const NewAlgorithmPage = () => {
  const navigate = useNavigate()
  return (
    <Page title="Define an algorithm" subtitle="What a model file takes and gives, under your own names">
      <AlgorithmForm
        version={0}
        initial={fresh}
        kept={null}
        button="Define algorithm"
        isClosed={false}
        onSave={async (draft) => {
          const made = await client.call('createCustomAlgorithm', { body: bodyOf(draft) })
          await navigate({ to: '/algorithms/$id', params: { id: made.id }, ignoreBlocker: true })
        }}
      />
    </Page>
  )
}

export const AlgorithmPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getCustomAlgorithm', { params: { id } })
  return (
    <LoadedPage query={query}>{(algorithm) => <AlgorithmView key={algorithm.id} algorithm={algorithm} />}</LoadedPage>
  )
}

const AlgorithmView = ({ algorithm }: { readonly algorithm: CustomAlgorithm }) => {
  const { id, name, version, owner } = algorithm
  const { can } = useAccess(id)
  const navigate = useNavigate()
  const refresh = useRefresh()
  return (
    <Page
      title={name}
      subtitle={`Algorithm · of ${owner.name}`}
      actions={
        <>
          <ShareButton id={id} />
          <ObjectMenu
            kind="algorithm"
            name={name}
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteCustomAlgorithm', { params: { id }, ifMatch: version })
                    await navigate({ to: '/models', search: { tab: 'algorithms' } })
                  }
                : undefined
            }
          />
        </>
      }
    >
      <AlgorithmForm
        version={version}
        initial={draftOfAlgorithm(algorithm)}
        kept={algorithm.code}
        button="Save definition"
        isClosed={!can('edit')}
        onSave={async (draft, seen) => {
          await client.call('changeCustomAlgorithm', { params: { id }, body: bodyOf(draft), ifMatch: seen })
          await refresh()
        }}
      />
    </Page>
  )
}

const types = ['number', 'integer', 'boolean', 'category', 'text'].map((type) => ({
  value: type as Input['type'],
  label: type,
}))
const roles: readonly { readonly value: Input['role']; readonly label: string }[] = [
  { value: 'feature', label: 'feature' },
  { value: 'label', label: 'label (in training only)' },
  { value: 'passThrough', label: 'passed through' },
]
const outputTypes: readonly { readonly value: Output['type']; readonly label: string }[] = [
  { value: 'number', label: 'number' },
  { value: 'text', label: 'text' },
]
type FormProps = {
  readonly version: number
  readonly initial: Draft
  readonly kept: CustomAlgorithm['code']
  readonly button: string
  readonly isClosed: boolean
  /** With the version that was seen when the first change was made: another person's change since then must be heard of. */
  readonly onSave: (draft: Draft, seen: number) => Promise<void>
}

const AlgorithmForm = ({ version, initial, kept, button, isClosed, onSave }: FormProps) => {
  const [changed, setChanged] = useState<Draft>()
  const [seen, setSeen] = useState(version)
  const draft = changed ?? initial
  const isCode = draft.scorer.by === 'code'
  const change = (part: Partial<Draft>) => {
    if (changed === undefined) setSeen(version)
    setChanged({ ...draft, ...part })
  }
  const save = useAction()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save.run(async () => {
      await onSave(draft, seen)
      setChanged(undefined)
      return 'The definition is saved.'
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xl">
        <Stack gap="sm" component="section" maw={640}>
          <Title order={2}>Basic information</Title>
          <TextInput
            label="Name"
            required
            maxLength={255}
            value={draft.name}
            disabled={isClosed}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <Textarea
            label="Description"
            autosize
            minRows={2}
            maxLength={10_000}
            value={draft.description}
            disabled={isClosed}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
          <AnsweredBy scorer={draft.scorer} kept={kept} disabled={isClosed} onChange={(scorer) => change({ scorer })} />
        </Stack>
        <RowsEditor
          title="Inputs of training and prediction"
          what="input"
          rows={draft.inputs}
          empty={emptyInput}
          disabled={isClosed}
          onChange={(inputs) => change({ inputs })}
          columns={[
            { title: 'Name', cell: (row, label, set) => textCell(label, row.name, isClosed, (name) => set({ name })) },
            {
              title: 'Type',
              cell: (row, label, set) => choiceCell(label, row.type, types, isClosed, (type) => set({ type })),
            },
            {
              title: 'Role',
              cell: (row, label, set) => choiceCell(label, row.role, roles, isClosed, (role) => set({ role })),
            },
            {
              title: 'Description',
              cell: (row, label, set) =>
                textCell(label, row.description ?? '', isClosed, (description) => set({ description })),
            },
          ]}
        >
          <Text size="sm">
            {isCode
              ? 'The code gets the features as columns of these names, in this order, then those that were added.'
              : 'The features stand in the order in which the model was fitted on them.'}
          </Text>
        </RowsEditor>
        <Stack gap="sm" component="section" maw={640}>
          <Title order={2}>Variable input</Title>
          <Switch
            label="Further inputs may be added"
            checked={draft.fewerThan !== null}
            disabled={isClosed}
            onChange={(event) => change({ fewerThan: event.currentTarget.checked ? 99 : null })}
          />
          {draft.fewerThan === null ? null : (
            <NumberInput
              label="Fewer than"
              min={2}
              max={20_000}
              allowDecimal={false}
              w={160}
              value={draft.fewerThan}
              disabled={isClosed}
              onChange={(value) => change({ fewerThan: typeof value === 'number' ? value : 2 })}
            />
          )}
        </Stack>
        <RowsEditor
          title="Outputs of a prediction"
          what="output"
          rows={draft.outputs}
          empty={emptyOutput}
          disabled={isClosed}
          onChange={(outputs) => change({ outputs })}
          columns={[
            { title: 'Name', cell: (row, label, set) => textCell(label, row.name, isClosed, (name) => set({ name })) },
            {
              title: 'Type',
              cell: (row, label, set) => choiceCell(label, row.type, outputTypes, isClosed, (type) => set({ type })),
            },
            {
              title: 'Description',
              cell: (row, label, set) =>
                textCell(label, row.description ?? '', isClosed, (description) => set({ description })),
            },
          ]}
        >
          <Text size="sm">
            {isCode
              ? 'prediction, a number, of a regression; prediction, a text, and a probability_ with the name of each class; or the columns that the hook transform returns.'
              : 'As the class answers: prediction, and probability_ with the name of a class.'}
          </Text>
        </RowsEditor>
        <ParametersEditor
          title="Training parameters"
          what="parameter"
          rows={draft.trainingParameters}
          disabled={isClosed}
          onChange={(trainingParameters) => change({ trainingParameters })}
        >
          <Text size="sm">
            Optional. What the file was trained with is in the file
            {isCode ? '.' : '; a native class takes no parameters in a prediction.'}
          </Text>
        </ParametersEditor>
        {isCode ? (
          <ParametersEditor
            title="Prediction parameters"
            what="prediction parameter"
            rows={draft.predictionParameters}
            disabled={isClosed}
            onChange={(predictionParameters) => change({ predictionParameters })}
          >
            <Text size="sm">Optional. What a request may set; the hook finds it in parameters.</Text>
          </ParametersEditor>
        ) : null}
        {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
        {isClosed ? null : (
          <Group>
            <Button
              type="submit"
              loading={save.busy}
              disabled={changed === undefined || draft.name.trim() === '' || !isChosen(draft.scorer)}
            >
              {button}
            </Button>
          </Group>
        )}
      </Stack>
      <LeaveGuard unsaved={changed !== undefined} words="The definition is not saved." />
    </form>
  )
}
