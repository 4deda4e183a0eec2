import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core'
import type { Experiment, HostedModel, TryAnswer } from '@modelsmith/api'
import { checkApplication, fieldsOf, type Hyperparameter, type ParameterValues } from '@modelsmith/domain'
import { useState } from 'react'
import { client } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Answers } from '../deployments/index.ts'
import { PredictionParameters } from '../models/index.ts'
import { readRows } from './read-rows.ts'

type TryRowsProps = {
  readonly experiment: Experiment
  readonly model: HostedModel
  /** The parameters that a request may set. */
  readonly declared: readonly Hyperparameter[]
}

/** Rows typed, pasted or from a file, answered by the model as it is mapped now. */
export const TryRows = ({ experiment, model, declared }: TryRowsProps) => {
  const { id, application } = experiment
  const [text, setText] = useState<string>()
  const [parameters, setParameters] = useState<ParameterValues>({})
  const [answer, setAnswer] = useState<TryAnswer>()
  const ask = useAction()
  const hasParameters = Object.keys(parameters).length > 0
  const told = hasParameters ? { parameters } : {}
  const isReady = checkApplication(model, application).length === 0
  const start = JSON.stringify([Object.fromEntries(fieldsOf(application).map(({ name }) => [name, null]))], null, 2)
  const send = (work: () => Promise<TryAnswer>) =>
    void ask.run(async () => {
      setAnswer(undefined)
      setAnswer(await work())
    })
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Try it</Title>
      {isReady ? (
        <>
          <Textarea
            label="Rows"
            description="A list of objects: field to value. What is left out or null is missing"
            autosize
            minRows={4}
            maxRows={16}
            value={text ?? start}
            onChange={(event) => setText(event.currentTarget.value)}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
          <PredictionParameters declared={declared} given={parameters} onChange={setParameters} />
          <Group>
            <Button
              loading={ask.busy}
              onClick={() =>
                send(() =>
                  client.call('tryExperiment', { params: { id }, body: { rows: readRows(text ?? start), ...told } }),
                )
              }
            >
              Try rows
            </Button>
          </Group>
          <FileDrop
            label="Try a file"
            busy={ask.busy}
            words="Or drop a CSV file with up to 10,000 rows here."
            accept=".csv,.tsv,.txt"
            onFiles={([file]) =>
              file === undefined
                ? undefined
                : send(
                    async () =>
                      (
                        await client.sendBytes('tryExperiment', {
                          params: { id },
                          data: await file.data.arrayBuffer(),
                          type: 'text/csv',
                          query: hasParameters ? { parameters: JSON.stringify(parameters) } : {},
                        })
                      ).json() as Promise<TryAnswer>,
                  )
            }
          />
        </>
      ) : (
        <Text size="sm" c="dimmed">
          Rows can be tried once every input has a field.
        </Text>
      )}
      {ask.problem === undefined ? null : <ErrorPanel error={ask.problem} />}
      <div aria-live="polite">
        {answer === undefined ? null : <Answers predictions={answer.predictions} classes={model.classes} />}
      </div>
    </Stack>
  )
}
