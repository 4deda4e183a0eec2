import { SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { csvHead, sniffCsv } from '@modelsmith/table'
import { useState } from 'react'
import { useCall } from '../../../app/client.ts'
import { FileDrop } from '../../../ui/file-drop.tsx'
import type { NamedFile } from '../../../ui/files.ts'
import { Loaded } from '../../../ui/page.tsx'
import { CredentialChoice } from './credential-choice.tsx'

/** The rows that are scored, with the names of their columns as far as these are known. */
export type Rows = { readonly names: readonly string[] } & (
  | { readonly kind: 'file'; readonly file: NamedFile }
  | { readonly kind: 'dataset'; readonly versionId: string }
  | { readonly kind: 'postgres'; readonly credentialId: string; readonly query: string }
  | { readonly kind: 's3'; readonly credentialId: string; readonly url: string }
)

type ChoiceProps = {
  readonly rows: Rows | undefined
  readonly onChoose: (rows: Rows | undefined) => void
}

const kinds = [
  { value: 'file', label: 'A file' },
  { value: 'dataset', label: 'A dataset' },
  { value: 'postgres', label: 'A query' },
  { value: 's3', label: 'S3' },
] as const

export const RowsChoice = ({ rows, onChoose }: ChoiceProps) => {
  const [kind, setKind] = useState<Rows['kind']>('file')
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Rows of"
        data={[...kinds]}
        value={kind}
        onChange={(value) => {
          setKind(value as Rows['kind'])
          onChoose(undefined)
        }}
      />
      {kind === 'file' ? <FileChoice rows={rows} onChoose={onChoose} /> : null}
      {kind === 'dataset' ? <DatasetChoice rows={rows} onChoose={onChoose} /> : null}
      {kind === 'postgres' ? <QueryChoice onChoose={onChoose} /> : null}
      {kind === 's3' ? <ObjectsChoice onChoose={onChoose} /> : null}
    </Stack>
  )
}

const FileChoice = ({ rows, onChoose }: ChoiceProps) => (
  <FileDrop
    label={rows?.kind === 'file' ? 'Choose another file' : 'Choose a file'}
    words={rows?.kind === 'file' ? rows.file.name : 'Drop a CSV file here, of any length.'}
    accept=".csv,.tsv,.txt"
    onFiles={([file]) => {
      if (file !== undefined) void namesIn(file).then((names) => onChoose({ kind: 'file', file, names }))
    }}
  />
)

const headBytes = 2 ** 20

/** The columns of a file, by its first line; none where that is not to be told, which the server then does. */
const namesIn = async ({ data }: NamedFile): Promise<readonly string[]> => {
  const bytes = new Uint8Array(await data.slice(0, headBytes).arrayBuffer())
  try {
    return csvHead(bytes, sniffCsv(bytes).delimiter.charCodeAt(0), data.size <= headBytes)?.names ?? []
  } catch {
    return []
  }
}

const DatasetChoice = ({ rows, onChoose }: ChoiceProps) => {
  const query = useCall('listDatasets', { query: { limit: 200 } })
  return (
    <Loaded query={query} rows={2}>
      {({ items }) => {
        const ready = items.filter(({ latest }) => latest.state === 'ready')
        return (
          <Select
            label="Dataset"
            placeholder={ready.length === 0 ? 'Upload a dataset first' : 'Choose a dataset'}
            data={ready.map(({ name, latest }) => ({ value: latest.id, label: name }))}
            value={rows?.kind === 'dataset' ? rows.versionId : null}
            onChange={(versionId) => {
              const columns = ready.find(({ latest }) => latest.id === versionId)?.latest.columns ?? []
              const names = columns.map(({ name }) => name)
              onChoose(versionId === null ? undefined : { kind: 'dataset', versionId, names })
            }}
            searchable
            required
          />
        )
      }}
    </Loaded>
  )
}

const QueryChoice = ({ onChoose }: Pick<ChoiceProps, 'onChoose'>) => {
  const [credentialId, setCredentialId] = useState<string | null>(null)
  const [query, setQuery] = useState('')
  const tell = (credential: string | null, text: string) => {
    setCredentialId(credential)
    setQuery(text)
    const isWhole = credential !== null && text.trim() !== ''
    onChoose(isWhole ? { kind: 'postgres', credentialId: credential, query: text, names: [] } : undefined)
  }
  return (
    <Stack gap="sm">
      <CredentialChoice
        type="database"
        label="PostgreSQL to read from"
        chosen={credentialId}
        onChoose={(credential) => tell(credential, query)}
      />
      <Textarea
        label="Query"
        description="One SELECT. It is read in a transaction that writes nothing."
        placeholder="select * from customers"
        autosize
        minRows={3}
        required
        value={query}
        onChange={(event) => tell(credentialId, event.currentTarget.value)}
      />
    </Stack>
  )
}

const ObjectsChoice = ({ onChoose }: Pick<ChoiceProps, 'onChoose'>) => {
  const [credentialId, setCredentialId] = useState<string | null>(null)
  const [url, setUrl] = useState('')
  const tell = (credential: string | null, text: string) => {
    setCredentialId(credential)
    setUrl(text)
    const isWhole = credential !== null && /^s3:\/\/[^/]+\//.test(text)
    onChoose(isWhole ? { kind: 's3', credentialId: credential, url: text, names: [] } : undefined)
  }
  return (
    <Stack gap="sm">
      <CredentialChoice
        type="s3"
        label="S3 to read from"
        chosen={credentialId}
        onChoose={(credential) => tell(credential, url)}
      />
      <TextInput
        label="Address of the rows"
        description="Of a CSV or Parquet file. One that ends in / means all files beneath it."
        placeholder="s3://bucket/customers.csv"
        required
        value={url}
        onChange={(event) => tell(credentialId, event.currentTarget.value)}
      />
    </Stack>
  )
}
