import { Button, Group, SegmentedControl, Select, Stack, Textarea } from '@mantine/core'
import type { Deployment, PredictionAnswer, PredictionRequest } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import { type FormEvent, useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { useAddress } from '../../ui/address.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Answers } from './answers.tsx'
import { PredictionParameters } from '../models/index.ts'
import { RowForm } from './row-form.tsx'
import type { Row } from './use-examples.ts'

type Rows = Extract<PredictionRequest, { rows: unknown }>['rows']

/** What is typed and not sent: it stays while one looks at the other tabs. */
export type RowsDraft = {
  readonly row: Row
  readonly json?: string
  readonly parameters?: ParameterValues
  readonly explanations?: string
}

type SendRowsProps = {
  readonly deployment: Deployment
  readonly draft: RowsDraft
  readonly onDraft: (draft: RowsDraft) => void
}

/** Asks the deployment from the page: one row from a form, many from a file or from JSON. */
export const SendRows = ({ deployment, draft, onDraft }: SendRowsProps) => {
  const [asked, setAsked] = useAddress('way')
  const way = asked ?? 'form'
  const [answer, setAnswer] = useState<PredictionAnswer>()
  const ask = useAction()
  const refresh = useRefresh()
  const { parameters = {}, explanations } = draft
  const wish = explanations === undefined ? {} : { explanations }
  const send = (predict: () => Promise<PredictionAnswer>) =>
    void ask.run(async () => {
      setAnswer(undefined)
      setAnswer(await predict())
      await refresh()
    })
  const sendRows = (rows: Rows) =>
    send(() => client.call('predict', { params: { id: deployment.id }, query: wish, body: { rows, parameters } }))
  const sendFile = (file: File) =>
    send(
      async () =>
        (
          await client.sendBytes('predict', {
            params: { id: deployment.id },
            query: { parameters: JSON.stringify(parameters), ...wish },
            data: await file.arrayBuffer(),
            type: 'text/csv',
          })
        ).json() as Promise<PredictionAnswer>,
    )
  return (
    <Stack>
      <SegmentedControl
        aria-label="Where the rows come from"
        w="fit-content"
        value={way}
        onChange={(chosen) => setAsked(chosen === 'form' ? undefined : chosen)}
        data={[
          { value: 'form', label: 'Form' },
          { value: 'file', label: 'File' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      <PredictionParameters
        declared={deployment.predictionParameters}
        given={parameters}
        onChange={(given) => onDraft({ ...draft, parameters: given })}
      />
      <Select
        label="What made each prediction"
        description="Of at most 100 rows, where the model can be explained exactly"
        w={320}
        allowDeselect={false}
        data={wishes}
        value={explanations ?? 'none'}
        onChange={(chosen) => {
          const { explanations: _, ...rest } = draft
          onDraft(chosen === null || chosen === 'none' ? rest : { ...rest, explanations: chosen })
        }}
      />
      {way === 'form' ? (
        <RowForm
          deployment={deployment}
          row={draft.row}
          onChange={(row) => onDraft({ ...draft, row })}
          busy={ask.busy}
          onSend={(row) => sendRows([row])}
        />
      ) : null}
      {way === 'file' ? (
        <FileDrop
          label="Send a file"
          busy={ask.busy}
          words="Drop a CSV file with up to 10,000 rows here."
          accept=".csv,.tsv,.txt"
          onFiles={([file]) => (file === undefined ? undefined : sendFile(file.data))}
        />
      ) : null}
      {way === 'json' ? (
        <JsonRows
          text={draft.json ?? jsonOf(deployment, draft.row)}
          onChange={(json) => onDraft({ ...draft, json })}
          busy={ask.busy}
          onRows={sendRows}
        />
      ) : null}
      {ask.problem === undefined ? null : <ErrorPanel error={ask.problem} />}
      <div aria-live="polite">
        {answer === undefined ? null : (
          <Answers predictions={answer.predictions} requestId={answer.requestId} classes={deployment.classes} />
        )}
      </div>
    </Stack>
  )
}

const wishes = [
  { value: 'none', label: 'Do not ask' },
  { value: '3', label: 'The 3 features that matter most' },
  { value: '10', label: 'The 10 features that matter most' },
  { value: 'all', label: 'All features' },
]

/** The row of the form as a beginning. */
const jsonOf = ({ inputs }: Deployment, row: Row): string =>
  JSON.stringify([Object.fromEntries(inputs.map(({ name }) => [name, row[name] ?? null]))], null, 2)

type JsonRowsProps = {
  readonly text: string
  readonly onChange: (text: string) => void
  readonly busy: boolean
  readonly onRows: (rows: Rows) => void
}

const JsonRows = ({ text, onChange, busy, onRows }: JsonRowsProps) => {
  const [problem, setProblem] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    try {
      const read: unknown = JSON.parse(text)
      setProblem(undefined)
      onRows((Array.isArray(read) ? read : [read]) as Rows)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Textarea
          label="Rows"
          description="A list of objects: column name to value"
          autosize
          minRows={6}
          maxRows={20}
          value={text}
          error={problem}
          onChange={(event) => onChange(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Group>
          <Button type="submit" loading={busy}>
            Send rows
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
