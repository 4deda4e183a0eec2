import { Button, Group, SegmentedControl, Stack, Textarea } from '@mantine/core'
import type { Deployment, PredictionAnswer, PredictionRequest } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Answers } from './answers.tsx'
import { RowForm } from './row-form.tsx'

type Rows = PredictionRequest['rows']

/** Asks the deployment from the page: one row from a form, many from a file or from JSON. */
export const SendRows = ({ deployment }: { readonly deployment: Deployment }) => {
  const [way, setWay] = useState('form')
  const [answer, setAnswer] = useState<PredictionAnswer>()
  const ask = useAction()
  const refresh = useRefresh()
  const send = (predict: () => Promise<PredictionAnswer>) =>
    void ask.run(async () => {
      setAnswer(undefined)
      setAnswer(await predict())
      await refresh()
    })
  const sendRows = (rows: Rows) => send(() => client.call('predict', { params: { id: deployment.id }, body: { rows } }))
  const sendFile = (file: File) =>
    send(
      async () =>
        (
          await client.sendBytes('predict', {
            params: { id: deployment.id },
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
        onChange={setWay}
        data={[
          { value: 'form', label: 'Form' },
          { value: 'file', label: 'File' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {way === 'form' ? (
        <RowForm
          key={deployment.release.id}
          inputs={deployment.inputs}
          busy={ask.busy}
          onRow={(row) => sendRows([row])}
        />
      ) : null}
      {way === 'file' ? (
        <FileDrop
          label={ask.busy ? 'Sending…' : 'Send a file'}
          words="Drop a CSV file with up to 10,000 rows here."
          accept=".csv,.tsv,.txt"
          onFiles={([file]) => (file === undefined ? undefined : sendFile(file.data))}
        />
      ) : null}
      {way === 'json' ? <JsonRows deployment={deployment} busy={ask.busy} onRows={sendRows} /> : null}
      {ask.problem === undefined ? null : <ErrorPanel error={ask.problem} />}
      <div aria-live="polite">
        {answer === undefined ? null : <Answers answer={answer} classes={deployment.classes} />}
      </div>
    </Stack>
  )
}

type JsonRowsProps = { readonly deployment: Deployment; readonly busy: boolean; readonly onRows: (rows: Rows) => void }

const JsonRows = ({ deployment, busy, onRows }: JsonRowsProps) => {
  const [text, setText] = useState(() =>
    JSON.stringify([Object.fromEntries(deployment.inputs.map(({ name }) => [name, null]))], null, 2),
  )
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
          onChange={(event) => setText(event.currentTarget.value)}
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
