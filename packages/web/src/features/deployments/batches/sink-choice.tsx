import { Group, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { BatchSink } from '@modelsmith/api'
import { useState } from 'react'
import { CredentialChoice } from './credential-choice.tsx'

type Draft = {
  readonly kind: BatchSink['kind']
  readonly name: string
  readonly credentialId: string | null
  readonly schema: string
  readonly table: string
  readonly mode: 'create' | 'append'
  readonly url: string
  readonly format: 'csv' | 'parquet'
}

const empty: Draft = {
  kind: 'file',
  name: '',
  credentialId: null,
  schema: 'public',
  table: '',
  mode: 'create',
  url: '',
  format: 'csv',
}

/** Where predictions go; undefined while something of it is missing. */
export const SinkChoice = ({ onChoose }: { readonly onChoose: (sink: BatchSink | undefined) => void }) => {
  const [draft, setDraft] = useState(empty)
  const change = (changed: Partial<Draft>) => {
    const next = { ...draft, ...changed }
    setDraft(next)
    onChoose(sinkOf(next))
  }
  const { kind, name } = draft
  return (
    <Stack gap="sm">
      <Radio.Group
        label="Predictions go into"
        value={kind}
        onChange={(value) => change({ kind: value as BatchSink['kind'], credentialId: null })}
      >
        <Group mt={4}>
          <Radio value="file" label="A file to download" />
          <Radio value="dataset" label="A new dataset" />
          <Radio value="postgres" label="A table of PostgreSQL" />
          <Radio value="s3" label="An object of S3" />
        </Group>
      </Radio.Group>
      {kind === 'dataset' ? (
        <TextInput
          label="Name of the dataset"
          required
          value={name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      ) : null}
      {kind === 'postgres' ? <TableFields draft={draft} onChange={change} /> : null}
      {kind === 's3' ? <ObjectFields draft={draft} onChange={change} /> : null}
    </Stack>
  )
}

type FieldsProps = { readonly draft: Draft; readonly onChange: (changed: Partial<Draft>) => void }

const TableFields = ({ draft: { credentialId, schema, table, mode }, onChange }: FieldsProps) => (
  <Stack gap="sm">
    <CredentialChoice
      type="database"
      label="PostgreSQL to write to"
      chosen={credentialId}
      onChoose={(chosen) => onChange({ credentialId: chosen })}
    />
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <TextInput
        label="Schema"
        required
        value={schema}
        onChange={(event) => onChange({ schema: event.currentTarget.value })}
      />
      <TextInput
        label="Table"
        required
        value={table}
        onChange={(event) => onChange({ table: event.currentTarget.value })}
      />
      <Select
        label="It"
        data={[
          { value: 'create', label: 'is made new' },
          { value: 'append', label: 'is there, with the columns' },
        ]}
        value={mode}
        allowDeselect={false}
        onChange={(value) => onChange({ mode: value as Draft['mode'] })}
      />
    </SimpleGrid>
  </Stack>
)

const ObjectFields = ({ draft: { credentialId, url, format }, onChange }: FieldsProps) => (
  <Stack gap="sm">
    <CredentialChoice
      type="s3"
      label="S3 to write to"
      chosen={credentialId}
      onChoose={(chosen) => onChange({ credentialId: chosen })}
    />
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label="Address of the predictions"
        description="In place of one that is there."
        placeholder="s3://bucket/scores.csv"
        required
        value={url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
      />
      <Select
        label="Format"
        description="Of the object, whatever its name."
        data={[
          { value: 'csv', label: 'CSV' },
          { value: 'parquet', label: 'Parquet' },
        ]}
        value={format}
        allowDeselect={false}
        onChange={(value) => onChange({ format: value as Draft['format'] })}
      />
    </SimpleGrid>
  </Stack>
)

const sinkOf = ({ kind, name, credentialId, schema, table, mode, url, format }: Draft): BatchSink | undefined => {
  switch (kind) {
    case 'file':
      return { kind }
    case 'dataset':
      return name.trim() === '' ? undefined : { kind, name: name.trim() }
    case 'postgres':
      return credentialId === null || schema === '' || table === ''
        ? undefined
        : { kind, credentialId, schema, table, mode }
    case 's3':
      return credentialId === null || !/^s3:\/\/[^/]+\/.*[^/]$/.test(url)
        ? undefined
        : { kind, credentialId, url, format }
  }
}
