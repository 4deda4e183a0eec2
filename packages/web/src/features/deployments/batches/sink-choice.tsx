import { Group, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { BatchSink } from '@modelsmith/api'
import { useState } from 'react'
import { DatabaseChoice } from './database-choice.tsx'

type Draft = {
  readonly kind: BatchSink['kind']
  readonly name: string
  readonly credentialId: string | null
  readonly schema: string
  readonly table: string
  readonly mode: 'create' | 'append'
}

const empty: Draft = { kind: 'file', name: '', credentialId: null, schema: 'public', table: '', mode: 'create' }

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
        onChange={(value) => change({ kind: value as BatchSink['kind'] })}
      >
        <Group mt={4}>
          <Radio value="file" label="A file to download" />
          <Radio value="dataset" label="A new dataset" />
          <Radio value="postgres" label="A table of PostgreSQL" />
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
    </Stack>
  )
}

type TableProps = { readonly draft: Draft; readonly onChange: (changed: Partial<Draft>) => void }

const TableFields = ({ draft: { credentialId, schema, table, mode }, onChange }: TableProps) => (
  <Stack gap="sm">
    <DatabaseChoice
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

const sinkOf = ({ kind, name, credentialId, schema, table, mode }: Draft): BatchSink | undefined => {
  switch (kind) {
    case 'file':
      return { kind }
    case 'dataset':
      return name.trim() === '' ? undefined : { kind, name: name.trim() }
    case 'postgres':
      return credentialId === null || schema === '' || table === ''
        ? undefined
        : { kind, credentialId, schema, table, mode }
  }
}
