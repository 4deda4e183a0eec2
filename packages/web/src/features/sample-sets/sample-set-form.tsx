import { Button, Group, MultiSelect, Select, Stack, Switch, Table, Text, TextInput, Title } from '@mantine/core'
import type { BodyOf, DatasetVersion, Endpoints, SampleSet } from '@modelsmith/api'
import { type LabelMapping, type SampleField, type SampleRole, sampleRoles } from '@modelsmith/domain'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { roleWords } from './roles.ts'

/** A version of a dataset that may be chosen, and the name of its dataset. */
export type Choice = { readonly name: string; readonly version: DatasetVersion }

/** By value, the label that it means; empty: rows of this value have none. */
type Labels = Readonly<Record<string, string>>

const mappingOf = (labels: Labels): LabelMapping[] => {
  const byLabel = Map.groupBy(
    Object.entries(labels).filter(([, label]) => label.trim() !== ''),
    ([, label]) => label.trim(),
  )
  return [...byLabel].map(([label, entries]) => ({ label, values: entries.map(([value]) => value) }))
}

type Roles = Readonly<Record<string, SampleRole | 'none'>>

/** What the fields of a set say of the columns that may be chosen: those that it does not name are left out. */
const rolesOf = ({ fields, datasetVersionIds }: SampleSet, choices: readonly Choice[]): Roles => {
  const versions = choices.flatMap(({ version }) => (datasetVersionIds.includes(version.id) ? [version] : []))
  const left = inAll(versions).map(({ name }) => [name, 'none'] as const)
  return Object.fromEntries([...left, ...fields.map(({ name, role }) => [name, role] as const)])
}

/** A value that the mapping of a set does not name has no label. */
const labelsOf = ({ labels }: SampleSet): Labels =>
  Object.fromEntries(labels.flatMap(({ label, values }) => values.map((value) => [value, label])))

type SampleSetFormProps = {
  readonly choices: readonly Choice[]
  /** The set that is changed; undefined: a new one. */
  readonly set?: SampleSet
  readonly action: string
  readonly onSave: (body: BodyOf<Endpoints['createSampleSet']>) => Promise<void>
}

/** The datasets of a sample set, and what each of their columns and values is for. */
export const SampleSetForm = ({ choices, set, action, onSave }: SampleSetFormProps) => {
  const save = useAction()
  const [name, setName] = useState(set?.name ?? '')
  const [chosen, setChosen] = useState<readonly string[]>(set?.datasetVersionIds ?? [])
  const [roles, setRoles] = useState<Roles>(() => (set === undefined ? {} : rolesOf(set, choices)))
  const wasMapped = set !== undefined && set.labels.length > 0
  const [isMapped, setMapped] = useState(wasMapped)
  const [labels, setLabels] = useState<Labels>(() => (set === undefined ? {} : labelsOf(set)))
  const [changed, setChanged] = useState(false)
  const versions = chosen.flatMap((id) => choices.find(({ version }) => version.id === id)?.version ?? [])
  const columns = inAll(versions)
  const roleOf = (column: string) => roles[column] ?? 'feature'
  const oldLabel = set?.fields.find(({ role }) => role === 'label')?.name
  const label = columns.find((column) => roleOf(column.name) === 'label')?.name
  const values = useValues(
    versions.map(({ id }) => id),
    label,
  )
  const isOldMapping = wasMapped && label === oldLabel
  const known: Labels = Object.fromEntries(
    (values.data ?? []).map((value) => [value, labels[value] ?? (isOldMapping ? '' : value)]),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const fields = columns.flatMap((column): SampleField[] => {
      const role = roleOf(column.name)
      return role === 'none' ? [] : [{ name: column.name, role }]
    })
    void save.run(() =>
      onSave({
        name: name.trim(),
        datasetVersionIds: [...chosen],
        fields,
        labels: isMapped ? mappingOf(known) : [],
      }),
    )
  }
  return (
    <form onSubmit={submit} onChange={() => setChanged(true)}>
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
          data={choices.map((choice) => ({
            value: choice.version.id,
            label: `${choice.name} (version ${choice.version.number}, ${formatNumber(choice.version.rows)} rows)`,
          }))}
          value={[...chosen]}
          onChange={(versionIds) => {
            setChosen(versionIds)
            setChanged(true)
          }}
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
                          onChange={(role) => {
                            setRoles({ ...roles, [column.name]: (role ?? 'none') as SampleRole })
                            setChanged(true)
                          }}
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
        {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.busy} disabled={columns.length === 0 || name.trim() === ''}>
            {action}
          </Button>
        </Group>
      </Stack>
      <LeaveGuard
        unsaved={changed}
        words={
          set === undefined
            ? 'The sample set is not created yet; what you chose for it would be lost.'
            : 'What you changed is not saved yet; it would be lost.'
        }
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
