import { Alert, Button, Group, Select, Stack, Text, UnstyledButton } from '@mantine/core'
import type { ColumnProfile, Dataset, DatasetVersion } from '@modelsmith/api'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { useAddress } from '../../ui/address.ts'
import { Bars } from '../../ui/bars.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber, formatValue } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'
import { type ColumnSchema, columnTypes, type SchemaChanges } from './column-types.ts'
import { ColumnDrawer } from './column-drawer.tsx'
import { SensitiveBadge, Sensitivity } from './sensitivity.tsx'

type ProfileProps = {
  readonly dataset: Dataset
  readonly mayEdit: boolean
  /** What was chosen and is not saved, by the name of the column. */
  readonly changes: SchemaChanges
  readonly onChanges: (changes: SchemaChanges) => void
}

/** Every column with its type, what is missing, how it is spread; types and formats are changed here. */
export const Profile = ({ dataset, mayEdit, changes, onChanges: setChanges }: ProfileProps) => {
  const { latest: version } = dataset
  const sensitive = new Set(dataset.sensitive)
  const query = useCall('getDatasetProfile', { params: { id: version.id } })
  const [open, setOpen] = useAddress('column', { opens: true })
  const schemas = new Map(version.columns.map((column) => [column.name, changes.get(column.name) ?? column]))
  const change = (column: ColumnSchema) => setChanges(new Map(changes).set(column.name, column))
  return (
    <Stack>
      {changes.size === 0 ? null : (
        <PendingChanges version={version} changes={[...changes.values()]} onDone={() => setChanges(new Map())} />
      )}
      <Loaded query={query} rows={10}>
        {({ columns, rows }) => (
          <>
            <DataTable
              label="Columns"
              rows={columns}
              rowKey={({ name }) => name}
              columns={tableColumns(rows, schemas, sensitive, change, setOpen)}
              empty={<Empty>The file has no columns.</Empty>}
            />
            {columns
              .filter(({ name }) => name === open)
              .map((profile) => (
                <ColumnDrawer
                  key={profile.name}
                  profile={profile}
                  rows={rows}
                  schema={schemas.get(profile.name) as ColumnSchema}
                  onChange={change}
                  sensitivity={<Sensitivity dataset={dataset} column={profile.name} mayEdit={mayEdit} />}
                  onClose={() => setOpen(undefined)}
                />
              ))}
          </>
        )}
      </Loaded>
    </Stack>
  )
}

const tableColumns = (
  rows: number,
  schemas: ReadonlyMap<string, ColumnSchema>,
  sensitive: ReadonlySet<string>,
  change: (column: ColumnSchema) => void,
  open: (name: string) => void,
): TableColumn<ColumnProfile>[] => [
  {
    key: 'name',
    title: 'Column',
    value: ({ name }) => name,
    cell: ({ name }) => (
      <Group gap="xs" wrap="nowrap">
        <UnstyledButton className="link" onClick={() => open(name)} aria-label={`Details of ${name}`}>
          {name}
        </UnstyledButton>
        {sensitive.has(name) ? <SensitiveBadge /> : null}
      </Group>
    ),
  },
  {
    key: 'type',
    title: 'Type',
    value: ({ type }) => type,
    cell: ({ name }) => (
      <Select
        size="xs"
        w={112}
        aria-label={`Type of ${name}`}
        data={columnTypes}
        value={schemas.get(name)?.type ?? null}
        allowDeselect={false}
        onChange={(type) => change({ name, type: type as ColumnSchema['type'] })}
      />
    ),
  },
  {
    key: 'missing',
    title: 'Missing',
    numeric: true,
    value: ({ missing }) => missing,
    cell: ({ missing }) =>
      missing === 0 ? '0' : `${formatNumber(missing)} (${((missing / rows) * 100).toFixed(1)} %)`,
  },
  {
    key: 'distinct',
    title: 'Distinct',
    numeric: true,
    value: ({ distinct }) => distinct,
    cell: ({ distinct }) => formatNumber(distinct),
  },
  {
    key: 'spread',
    title: 'Spread',
    cell: ({ histogram, top }) => <Bars counts={histogram?.counts ?? top.map(({ count }) => count)} />,
  },
  {
    key: 'low',
    title: 'Smallest',
    numeric: true,
    cell: ({ numeric, range }) => range?.first ?? formatValue(numeric?.min),
  },
  {
    key: 'median',
    title: 'Median',
    numeric: true,
    cell: ({ numeric, range }) => (range === null ? formatValue(numeric?.quantiles.p50) : '–'),
  },
  {
    key: 'high',
    title: 'Largest',
    numeric: true,
    cell: ({ numeric, range }) => range?.last ?? formatValue(numeric?.max),
  },
  {
    key: 'top',
    title: 'Most frequent',
    cell: ({ top }) => (
      <Text size="sm" truncate maw={220} title={top.map(({ value, count }) => `${value}: ${count}`).join('\n')}>
        {top
          .slice(0, 3)
          .map(({ value }) => value)
          .join(', ') || '–'}
      </Text>
    ),
  },
]

type PendingChangesProps = {
  readonly version: DatasetVersion
  readonly changes: readonly ColumnSchema[]
  readonly onDone: () => void
}

const PendingChanges = ({ version, changes, onDone }: PendingChangesProps) => {
  const refresh = useRefresh()
  const save = useAction()
  const submit = () =>
    save.run(async () => {
      await client.call('changeDatasetSchema', { params: { id: version.id }, body: { columns: [...changes] } })
      onDone()
      await refresh()
    })
  return (
    <Alert
      variant="light"
      role="status"
      title={`${changes.length === 1 ? 'One column' : `${changes.length} columns`} will be read differently: ${changes.map(({ name, type }) => `${name} as ${type}`).join(', ')}`}
    >
      <Stack gap="sm">
        <Text size="sm">
          The file is read again from the beginning. Projects that exist keep the types they were made with.
        </Text>
        {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
        <Group gap="sm">
          <Button size="xs" loading={save.busy} onClick={() => void submit()}>
            Save types
          </Button>
          <Button size="xs" variant="default" onClick={onDone}>
            Discard changes
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
