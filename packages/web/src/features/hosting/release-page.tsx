import { Button, Stack, Text, Title } from '@mantine/core'
import type { ModelRelease, ReleaseLineage } from '@modelsmith/api'
import { useParams } from '@tanstack/react-router'
import { client, useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded, LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useAccess } from '../sharing/index.ts'
import { CompareReleases } from './compare-releases.tsx'
import { ReleaseTags } from './release-tags.tsx'

/** A release: what it was made from, and the way to another installation. */
export const ReleasePage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getModelRelease', { params: { id } })
  return <LoadedPage query={query}>{(release) => <ReleaseView key={release.id} release={release} />}</LoadedPage>
}

const ReleaseView = ({ release }: { readonly release: ModelRelease }) => {
  const { id, registeredModelId, number, state, algorithm, description, publishedAt } = release
  const model = useCall('getRegisteredModel', { params: { id: registeredModelId } })
  const { can } = useAccess(registeredModelId)
  const title = `${model.data?.name ?? 'Model'}, release ${number ?? 'that was not published'}`
  return (
    <Page
      title={title}
      state={<StateBadge state={state} />}
      subtitle={algorithm}
      actions={
        number !== null && can('download') ? (
          <Button component="a" href={client.url('exportRelease', { params: { id } })} download>
            Download archive
          </Button>
        ) : undefined
      }
    >
      <Stack gap="xl">
        <Stack gap="xs">
          {description === '' ? null : <Text>{description}</Text>}
          <LinkText to="/registered-models/$id" params={{ id: registeredModelId }}>
            All releases of {model.data?.name ?? 'the model'}
          </LinkText>
          {publishedAt === null ? null : (
            <Text size="sm">
              Published <Ago at={publishedAt} />.
            </Text>
          )}
          <CameFrom release={release} />
          {number === null ? null : <ReleaseTags release={release} mayEdit={can('edit')} />}
        </Stack>
        {number === null ? null : <CompareReleases release={release} />}
        <Lineage id={id} />
      </Stack>
    </Page>
  )
}

/** From which installation it came, and what was measured there. */
const CameFrom = ({ release: { origin } }: { readonly release: ModelRelease }) => {
  if (origin === null) return null
  const { installation, modelName, releaseNumber, publishedAt, importedBy, importedAt, metrics, address } = origin
  return (
    <>
      <Text size="sm">
        It came from the installation {installation} ({address}): release {releaseNumber} of {modelName}, published{' '}
        <Ago at={publishedAt} />, imported by {importedBy.name} <Ago at={importedAt} />.
      </Text>
      {metrics.length === 0 ? null : (
        <DataTable
          label="Scores where it was trained"
          rows={metrics}
          rowKey={({ part, name }) => `${part} ${name}`}
          empty={<Empty>Nothing was measured.</Empty>}
          columns={[
            { key: 'part', title: 'Rows', value: ({ part }) => part, cell: ({ part }) => part },
            { key: 'name', title: 'Metric', value: ({ name }) => name, cell: ({ name }) => name },
            {
              key: 'value',
              title: 'Score',
              numeric: true,
              value: ({ value }) => value,
              cell: ({ value }) => value.toPrecision(5),
            },
          ]}
        />
      )}
    </>
  )
}

const Lineage = ({ id }: { readonly id: string }) => {
  const query = useCall('getReleaseLineage', { params: { id } })
  return (
    <Stack gap="sm">
      <Title order={2}>Lineage</Title>
      <Loaded query={query}>{({ items }) => <LineageTable items={items} />}</Loaded>
    </Stack>
  )
}

const LineageTable = ({ items }: Pick<ReleaseLineage, 'items'>) => (
  <DataTable
    label="Lineage"
    rows={items.map((item, at) => ({ ...item, at }))}
    rowKey={({ at }) => String(at)}
    empty={<Empty>Nothing is known of it.</Empty>}
    columns={[
      { key: 'what', title: 'What', cell: ({ what }) => what },
      { key: 'name', title: 'Name', cell: ({ name }) => name ?? 'not shown to you' },
      { key: 'version', title: 'Version', cell: ({ version }) => version ?? '–' },
      { key: 'sha256', title: 'Content (SHA-256)', cell: ({ sha256 }) => sha256?.slice(0, 16) ?? '–' },
      {
        key: 'facts',
        title: 'More',
        wide: true,
        cell: ({ facts }) => facts.map((fact) => `${fact.name}: ${fact.value}`).join('; ') || '–',
      },
    ]}
  />
)
