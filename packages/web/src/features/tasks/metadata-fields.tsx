import { Checkbox, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { check, TaskMetadata } from '@modelsmith/domain'

/** The keywords of the schema that a field is made from. */
type Schema = {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly description?: string
  readonly maxLength?: number
  readonly minimum?: number
  readonly properties?: Readonly<Record<string, Schema>>
}

const schemas = TaskMetadata.properties as unknown as Readonly<Record<string, Schema>>

type Values = Readonly<Record<string, unknown>>
type MetadataFieldsProps = {
  /** Keys of the metadata, in their order; those that hold lists are written in the file itself. */
  readonly keys: readonly string[]
  readonly values: Values
  readonly onChange: (values: Values) => void
}

/** Fields for keys of `model-metadata.yaml`, made from its schema and checked by it while one types. */
export const MetadataFields = ({ keys, values, onChange }: MetadataFieldsProps) => {
  const findings = check(TaskMetadata, values)
  const errorAt = (pointer: string): string | undefined =>
    findings.find((finding) => finding.place?.pointer === pointer && finding.code !== 'schema.missing')?.message
  const set = (key: string, value: unknown) => {
    const { [key]: _, ...rest } = values
    onChange(value === undefined || value === '' ? rest : { ...rest, [key]: value })
  }
  return (
    <Stack gap="sm">
      {keys.map((key) => {
        const schema = schemas[key] ?? {}
        if (schema.properties === undefined)
          return (
            <Field
              key={key}
              name={key}
              schema={schema}
              value={values[key]}
              error={errorAt(`/${key}`)}
              onChange={(value) => set(key, value)}
            />
          )
        const inner = (values[key] ?? {}) as Values
        return Object.entries(schema.properties).map(([part, each]) => (
          <Field
            key={`${key}.${part}`}
            name={`${key}.${part}`}
            schema={each}
            value={inner[part]}
            error={errorAt(`/${key}/${part}`)}
            onChange={(value) => {
              const { [part]: _, ...rest } = inner
              const next = value === undefined || value === '' ? rest : { ...rest, [part]: value }
              set(key, Object.keys(next).length === 0 ? undefined : next)
            }}
          />
        ))
      })}
    </Stack>
  )
}

type FieldProps = {
  readonly name: string
  readonly schema: Schema
  readonly value: unknown
  readonly error: string | undefined
  readonly onChange: (value: unknown) => void
}

const Field = ({ name, schema, value, error, onChange }: FieldProps) => {
  // Backticks mark code where the same words are read as Markdown.
  const description = schema.description?.replaceAll('`', '')
  const shared = { label: titleOf(name), description, error }
  if (schema.type === 'boolean')
    return (
      <Checkbox
        label={shared.label}
        description={description}
        checked={value !== false}
        onChange={(event) => onChange(event.currentTarget.checked ? undefined : false)}
      />
    )
  if (schema.enum !== undefined)
    return (
      <Select
        {...shared}
        data={[...schema.enum]}
        value={typeof value === 'string' ? value : null}
        clearable
        onChange={onChange}
      />
    )
  if (schema.type === 'integer')
    return (
      <NumberInput
        {...shared}
        value={typeof value === 'number' ? value : ''}
        allowDecimal={false}
        onChange={(typed) => onChange(typeof typed === 'number' ? typed : undefined)}
      />
    )
  const text = typeof value === 'string' ? value : ''
  if ((schema.maxLength ?? 0) > 1000)
    return <Textarea {...shared} value={text} autosize onChange={(event) => onChange(event.currentTarget.value)} />
  return (
    <TextInput
      {...shared}
      value={text}
      {...(schema.maxLength === undefined ? {} : { maxLength: schema.maxLength })}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

const units: Readonly<Record<string, string>> = { Mb: ', in MB', Seconds: ', in seconds' }

/** `resources.memoryMb` is "Memory, in MB". */
const titleOf = (key: string): string => {
  const words = (key.split('.').at(-1) ?? key)
    .replace(/(Mb|Seconds)$/, (unit) => units[unit] ?? unit)
    .replace(/[A-Z](?=[a-z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
