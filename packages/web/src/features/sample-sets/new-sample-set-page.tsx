import { Button, Group, MultiSelect, Select, Stack, Switch, Table, Text, TextInput, Title } from '@mantine/core'
import type { Dataset, DatasetVersion } from '@modelsmith/api'
import { type LabelMapping, type SampleField, type SampleRole, sampleRoles } from '@modelsmith/domain'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { roleWords } from './roles.ts'

export const NewSampleSetPage = () => {
  const query = useCall('listDatasets', { query: { limit: 200 } })
  return (
    <Page title="New sample set" subtitle="Choose datasets and what each of their columns is for.">
      <Loaded query={query}>
        {({ items }) => <SampleSetForm datasets={items.filter(({ latest }) => latest.state === 'ready')} />}
      </Loaded>
    </Page>
  )
}

/** By value, the label that it means; empty: rows of this value have none. */
type Labels = Readonly<Record<string, string>>

const mappingOf = (labels: Labels): LabelMapping[] => {
  const byLabel = Map.groupBy(
    Object.entries(labels).filter(([, label]) => label.trim() !== ''),
    ([, label]) => label.trim(),
  )
  return [...byLabel].map(([label, entries]) => ({ label, values: entries.map(([value]) => value) }))
}

const SampleSetForm = ({ datasets }: { readonly datasets: readonly Dataset[] }) => {
  const navigate = useNavigate()
  const create = useAction()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [roles, setRoles] = useState<Readonly<Record<string, SampleRole | 'none'>>>({})
  const [isMapped, setMapped] = useState(false)
  const [labels, setLabels] = useState<Labels>({})
  const versions = chosen.flatMap((id) => datasets.find((dataset) => dataset.latest.id === id)?.latest ?? [])
  const columns = inAll(versions)
  const roleOf = (column: string) => roles[column] ?? 'feature'
  const label = columns.find((column) => roleOf(column.name) === 'label')?.name
  const values = useValues(
    versions.map(({ id }) => id),
    label,
  )
  const known: Labels = Object.fromEntries((values.data ?? []).map((value) => [value, labels[value] ?? value]))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const fields = columns.flatMap((column): SampleField[] => {
      const role = roleOf(column.name)
      return role === 'none' ? [] : [{ name: column.name, role }]
    })
    void create.run(async () => {
      const made = await client.call('createSampleSet', {
        body: { name: name.trim(), datasetVersionIds: [...chosen], fields, labels: isMapped ? mappingOf(known) : [] },
      })
      await navigate({ to: '/sample-sets/$id', params: { id: made.id }, ignoreBlocker: true })
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack maw={720}>
        <TextInput
          label="Name"
          value={name}
          maxLength={255}
          onChange={(event) => setName(event.currentTarget.value)}
          required
        />
        <MultiSelect
          label="Datasets"
          description="Their rows, one after another; fields are the columns that all of them have"
          data={datasets.map((dataset) => ({
            value: dataset.latest.id,
            label: `${dataset.name} (version ${dataset.latest.number}, ${formatNumber(dataset.latest.rows)} rows)`,
          }))}
          value={[...chosen]}
          onChange={setChosen}
          searchable
          required
        />
        {columns.length === 0 ? null : (
          <>
            <Title order={2}>Fields</Title>
            <section className="scroll" tabIndex={0} aria-label="Fields">
              <Table withTableBorder verticalSpacing={4}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Column</Table.Th>
                    <Table.Th>Type</Table.Th>
                    <Table.Th>Role</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {columns.slice(0, mostColumns).map((column) => (
                    <Table.Tr key={column.name}>
                      <Table.Td>{column.name}</Table.Td>
                      <Table.Td>{column.type}</Table.Td>
                      <Table.Td>
                        <Select
                          aria-label={`Role of ${column.name}`}
                          size="xs"
                          miw={180}
                          data={[
                            ...sampleRoles.map((role) => ({ value: role, label: roleWords[role] })),
                            { value: 'none', label: 'Left out' },
                          ]}
                          value={roleOf(column.name)}
                          allowDeselect={false}
                          onChange={(role) => setRoles({ ...roles, [column.name]: (role ?? 'none') as SampleRole })}
                        />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </section>
            {columns.length > mostColumns ? (
              <Text size="sm" c="dimmed">
                The other {formatNumber(columns.length - mostColumns)} columns are features; other roles are given in
                code.
              </Text>
            ) : null}
          </>
        )}
        {label !== undefined && (values.data ?? []).length > 0 ? (
          <>
            <Switch
              label={`Map the values of ${label} to labels`}
              checked={isMapped}
              onChange={(event) => setMapped(event.currentTarget.checked)}
            />
            {isMapped ? (
              <Stack gap="xs">
                <Text size="sm" c="dimmed">
                  Values with the same label are one class. Rows of a value without a label are left out.
                </Text>
                {Object.entries(known).map(([value, text]) => (
                  <TextInput
                    key={value}
                    label={`Label of ${value}`}
                    maw={320}
                    maxLength={255}
                    value={text}
                    onChange={(event) => setLabels({ ...labels, [value]: event.currentTarget.value })}
                  />
                ))}
              </Stack>
            ) : null}
          </>
        ) : null}
        {values.error === null || label === undefined ? null : <ErrorPanel error={values.error} />}
        {create.problem === undefined ? null : <ErrorPanel error={create.problem} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.busy} disabled={columns.length === 0 || name.trim() === ''}>
            Create sample set
          </Button>
        </Group>
      </Stack>
      <LeaveGuard
        unsaved={chosen.length > 0}
        words="The sample set is not created yet; what you chose for it would be lost."
      />
    </form>
  )
}

const mostColumns = 500

/** Columns of the first that all others have too. */
const inAll = ([first, ...others]: readonly DatasetVersion[]): DatasetVersion['columns'] =>
  (first?.columns ?? []).filter(({ name }) =>
    others.every((version) => version.columns.some((column) => column.name === name)),
  )

/** The classes of the label column in all datasets; none where it is a number. */
const useValues = (versions: readonly string[], column: string | undefined) =>
  useQuery({
    queryKey: ['values of', versions, column],
    enabled: column !== undefined && versions.length > 0,
    queryFn: async () => {
      const all = await Promise.all(
        versions.map((id) => client.call('adviseTarget', { params: { id }, query: { column: column ?? '' } })),
      )
      return [...new Set(all.flatMap(({ classes }) => classes))]
    },
  })
