import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import type { FormEvent } from 'react'
import { CellField } from '../models/index.ts'
import { type Row, useExamples } from './use-examples.ts'

type RowFormProps = {
  readonly deployment: Deployment
  readonly row: Row
  readonly onChange: (row: Row) => void
  readonly busy: boolean
  readonly onSend: (row: Row) => void
}

/** One field for each column that the model reads; an empty one is a missing value. */
export const RowForm = ({ deployment, row, onChange, busy, onSend }: RowFormProps) => {
  const { inputs } = deployment
  const examples = useExamples(deployment)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSend(Object.fromEntries(inputs.map(({ name }) => [name, row[name] ?? null])))
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Group justify="space-between" mih={30}>
          <Text size="sm" c="dimmed">
            What is left empty is missing{examples.values.size === 0 ? '' : '; in grey stands what is usual'}.
          </Text>
          {examples.row === undefined ? null : (
            <Button size="xs" variant="default" onClick={() => onChange(examples.row ?? {})}>
              Fill in an example row
            </Button>
          )}
        </Group>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          {inputs.map((input) => (
            <CellField
              key={input.name}
              input={input}
              value={row[input.name] ?? null}
              usual={examples.values.get(input.name) ?? []}
              onChange={(value) => onChange({ ...row, [input.name]: value })}
            />
          ))}
        </SimpleGrid>
        <Group>
          <Button type="submit" loading={busy}>
            Send rows
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
