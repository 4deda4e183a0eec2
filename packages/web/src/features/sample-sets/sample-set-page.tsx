import { Alert, Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core'
import type { SampleSet, SampleSetPreview } from '@modelsmith/api'
import { sampleRoles } from '@modelsmith/domain'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkButton } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { Loaded, LoadedPage, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { namesOf, roleWords } from './roles.ts'
import { SplitFields, splitOf, startingSplit } from './split-fields.tsx'

export const SampleSetPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getSampleSet', { params: { id } })
  return <LoadedPage query={query}>{(set) => <SampleSetView key={set.id} set={set} />}</LoadedPage>
}

const SampleSetView = ({ set }: { readonly set: SampleSet }) => {
  const { id, name, version, owner, datasetVersionIds } = set
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  const [open, setOpen] = useState(false)
  const preview = useCall('previewSampleSet', { params: { id } })
  return (
    <Page
      title={name}
      subtitle={`Sample set of ${datasetVersionIds.length === 1 ? 'one dataset' : `${datasetVersionIds.length} datasets`} · of ${owner.name}`}
      actions={
        <>
          {can('use') ? <Button onClick={() => setOpen(true)}>Create project</Button> : null}
          {can('edit') ? (
            <LinkButton to="/sample-sets/$id/edit" params={{ id }} variant="default">
              Edit
            </LinkButton>
          ) : null}
          <ShareButton id={id} />
          <ObjectMenu
            kind="sample set"
            name={name}
            onRename={
              can('edit')
                ? async (renamed) => {
                    await client.call('changeSampleSet', { params: { id }, body: { name: renamed }, ifMatch: version })
                    await refresh()
                  }
                : undefined
            }
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteSampleSet', { params: { id }, ifMatch: version })
                    await navigate({ to: '/sample-sets' })
                  }
                : undefined
            }
          />
        </>
      }
    >
      <PageTabs
        tabs={[
          {
            key: 'preview',
            title: 'Preview',
            content: () => <Loaded query={preview}>{(shown) => <Preview preview={shown} />}</Loaded>,
          },
          { key: 'fields', title: 'Fields', content: () => <Fields set={set} /> },
        ]}
      />
      {open ? <ProjectDialog set={set} preview={preview.data} onClose={() => setOpen(false)} /> : null}
    </Page>
  )
}

const mostColumns = 200

/** Its first rows, and what is learned of them. */
export const Preview = ({
  preview: { columns, rows, total, labels, reason, targetType },
}: {
  readonly preview: SampleSetPreview
}) => (
  <Stack>
    <Alert
      variant="light"
      color={targetType === null ? 'red' : 'indigo'}
      title={`Label: ${targetType ?? 'cannot be learned'}`}
    >
      {reason}
    </Alert>
    {targetType === 'regression' ? null : (
      <Table maw={420} aria-label="Labels">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Label</Table.Th>
            <Table.Th className="number">Rows</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {labels.map(({ label, rows: count }) => (
            <Table.Tr key={label ?? 'none'}>
              <Table.Td>{label ?? 'None: left out of trainings'}</Table.Td>
              <Table.Td className="number">{formatNumber(count)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    )}
    <Text size="sm" c="dimmed">
      The first {formatNumber(rows.length)} of {formatNumber(total)} rows
      {columns.length > mostColumns ? `; the first ${mostColumns} of ${formatNumber(columns.length)} columns` : ''}
    </Text>
    <section className="scroll" tabIndex={0} aria-label="Rows">
      <Table withTableBorder verticalSpacing={4} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            {columns.slice(0, mostColumns).map(({ name }) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, row) => (
            // Rows have no other name than their place.
            <Table.Tr key={row}>
              {columns.slice(0, mostColumns).map(({ name }, column) => (
                <Table.Td key={name} className="cell">
                  {cells[column] === null ? '–' : String(cells[column])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  </Stack>
)

const Fields = ({ set: { fields, labels } }: { readonly set: SampleSet }) => (
  <Table maw={720} layout="fixed">
    <Table.Tbody>
      {sampleRoles
        .filter((role) => fields.some((field) => field.role === role))
        .map((role) => (
          <Table.Tr key={role}>
            <Table.Th scope="row">{roleWords[role]}</Table.Th>
            <Table.Td>{namesOf(fields, role)}</Table.Td>
          </Table.Tr>
        ))}
      {labels.map(({ label, values }) => (
        <Table.Tr key={label}>
          <Table.Th scope="row">“{label}” means</Table.Th>
          <Table.Td>{values.join(', ')}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)

type ProjectDialogProps = {
  readonly set: SampleSet
  readonly preview: SampleSetPreview | undefined
  readonly onClose: () => void
}

/** Freezes the rows as a project; the roles say the rest. */
const ProjectDialog = ({ set, preview, onClose }: ProjectDialogProps) => {
  const [name, setName] = useState(set.name)
  const [choice, setChoice] = useState(startingSplit)
  const create = useAction()
  const navigate = useNavigate()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void create.run(async () => {
      const project = await client.call('createSampleSetProject', {
        params: { id: set.id },
        body: { name: name.trim(), ...splitOf(choice) },
      })
      await navigate({ to: '/projects/$id', params: { id: project.id } })
    })
  }
  return (
    <Modal opened onClose={onClose} title="Create project">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
            required
          />
          <SplitFields set={set} preview={preview} choice={choice} onChange={setChoice} />
          <Text size="sm" c="dimmed">
            The project keeps the rows as they are now.
          </Text>
          {create.problem === undefined ? null : <ErrorPanel error={create.problem} />}
          <Group justify="flex-end">
            <Button type="submit" loading={create.busy} disabled={name.trim() === ''}>
              Create project
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
