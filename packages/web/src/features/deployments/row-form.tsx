import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import type { Deployment, PredictionRequest } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'

type Input = Deployment['inputs'][number]
type Row = PredictionRequest['rows'][number]

type RowFormProps = { readonly inputs: readonly Input[]; readonly busy: boolean; readonly onRow: (row: Row) => void }

/** One field for each column that the model reads; an empty one is a missing value. */
export const RowForm = ({ inputs, busy, onRow }: RowFormProps) => {
  const [row, setRow] = useState<Row>({})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onRow(Object.fromEntries(inputs.map(({ name }) => [name, row[name] ?? null])))
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          What is left empty is missing.
        </Text>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          {inputs.map((input) => (
            <Field
              key={input.name}
              input={input}
              value={row[input.name] ?? null}
              onChange={(value) => setRow({ ...row, [input.name]: value })}
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

type FieldProps = {
  readonly input: Input
  readonly value: Row[string]
  readonly onChange: (value: Row[string]) => void
}

const Field = ({ input: { name, type }, value, onChange }: FieldProps) => {
  if (type === 'number' || type === 'integer') {
    return (
      <NumberInput
        label={name}
        value={typeof value === 'number' ? value : ''}
        allowDecimal={type === 'number'}
        onChange={(typed) => onChange(typed === '' ? null : Number(typed))}
      />
    )
  }
  if (type === 'boolean') {
    return (
      <Select
        label={name}
        data={['true', 'false']}
        value={value === null ? null : String(value)}
        onChange={(chosen) => onChange(chosen === null ? null : chosen === 'true')}
        clearable
        clearButtonProps={{ 'aria-label': `Clear ${name}` }}
      />
    )
  }
  return (
    <TextInput
      label={name}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    />
  )
}
