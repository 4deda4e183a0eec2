import { Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { ExplainRows, Explanation, Model } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { type FormEvent, useMemo, useState } from 'react'
import { client } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { InstantAnswer } from './instant-answer.tsx'
import type { Scorer } from './use-scorer.ts'
import { ValueField } from './value-field.tsx'

type Row = NonNullable<ExplainRows['changes']>

type WhatIfProps = {
  readonly model: Model
  readonly explanation: Explanation
  /** Where the model is scored in this browser. */
  readonly scorer: Scorer | undefined
  readonly onJob: (id: string) => void
}

const fewFields = 8

/** Other values for the row: what the model predicts for them as they move, where the browser scores it, and why, by a job of the server. */
export const WhatIf = ({ model, explanation, scorer, onJob }: WhatIfProps) => {
  const { features, values, changed, row, outputs, background } = explanation
  const own: Row = useMemo(
    () => Object.fromEntries(features.map((name, index) => [name, values[index] ?? null])),
    [features, values],
  )
  const [changes, setChanges] = useState<Row>({})
  const [all, setAll] = useState(features.length <= fewFields)
  const start = useAction()
  const [first] = outputs
  const order = [...features.keys()].sort(
    (a, b) => Math.abs(first?.contributions[b] ?? 0) - Math.abs(first?.contributions[a] ?? 0),
  )
  const shown = all ? order : order.slice(0, fewFields)
  // What is hidden from somebody cannot be scored by their browser.
  const hasMasks = features.some((name) => (Object.hasOwn(changes, name) ? changes[name] : own[name]) === mask)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { rows, pairs, seed } = background
    const sampling = { ...(rows < 2 ? {} : { background: rows }), ...(pairs < 2 ? {} : { pairs }), seed }
    const kept = Object.fromEntries(changed.map((name) => [name, own[name] ?? null]))
    const body: ExplainRows =
      row === null
        ? { values: [own], changes: { ...kept, ...changes }, ...sampling }
        : { rows: [row], changes: { ...kept, ...changes }, ...sampling }
    void start.run(async () => {
      const { job } = await client.call('explainRows', { params: { id: model.id }, body })
      onJob(job.id)
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" component="section">
        <Title order={2}>What if</Title>
        <Text size="sm" c="dimmed">
          Change values of the row and ask the model again; the largest contributions come first.
        </Text>
        {scorer === undefined || hasMasks ? null : (
          <InstantAnswer model={model} explanation={explanation} scorer={scorer} own={own} row={changes} />
        )}
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          {shown.map((index) => {
            const name = features[index] ?? ''
            const input = model.inputs.find((each) => each.name === name)
            const value = Object.hasOwn(changes, name) ? changes[name] : own[name]
            return input === undefined ? null : (
              <ValueField
                key={name}
                input={input}
                own={own[name] ?? null}
                value={value ?? null}
                hint={scorer?.hints[name] ?? {}}
                onChange={(next) => setChanges({ ...changes, [name]: next })}
              />
            )
          })}
        </SimpleGrid>
        <Group>
          <Button type="submit" loading={start.busy} disabled={Object.keys(changes).length === 0}>
            {scorer === undefined ? 'Ask again' : 'Explain with these values'}
          </Button>
          {all ? null : (
            <Button variant="default" onClick={() => setAll(true)}>
              All {features.length} features
            </Button>
          )}
        </Group>
        {start.problem === undefined ? null : <ErrorPanel error={start.problem} />}
      </Stack>
    </form>
  )
}
