import { Autocomplete, Button, Group, NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import type { FormEvent } from 'react'
import { type Row, useExamples } from './use-examples.ts'

type Input = Deployment['inputs'][number]

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
            <Field
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

type FieldProps = {
  readonly input: Input
  readonly value: Row[string]
  /** Values that the column often has. */
  readonly usual: readonly string[]
  readonly onChange: (value: Row[string]) => void
}

const Field = ({ input: { name, type }, value, usual, onChange }: FieldProps) => {
  const placeholder = usual[0] ?? ''
  if (type === 'number' || type === 'integer') {
    return (
      <NumberInput
        label={name}
        placeholder={placeholder}
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
        placeholder={placeholder}
        data={['true', 'false']}
        value={value === null ? null : String(value)}
        onChange={(chosen) => onChange(chosen === null ? null : chosen === 'true')}
        clearable
        clearButtonProps={{ 'aria-label': `Clear ${name}` }}
      />
    )
  }
  return (
    <Autocomplete
      label={name}
      placeholder={placeholder}
      data={[...new Set(usual)]}
      value={typeof value === 'string' ? value : ''}
      onChange={(typed) => onChange(typed === '' ? null : typed)}
    />
  )
}
