import type { Model } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { CustomAlgorithms } from '../algorithms/index.ts'
import { RegisteredModels } from '../hosting/index.ts'

const columns: readonly TableColumn<Model>[] = [
  {
    key: 'name',
    title: 'Model',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/models/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  { key: 'target', title: 'Target', value: ({ target }) => target, cell: ({ target }) => target },
  { key: 'type', title: 'Target type', value: ({ targetType }) => targetType, cell: ({ targetType }) => targetType },
  {
    key: 'project',
    title: 'Project',
    cell: ({ projectId }) => (
      <LinkText to="/projects/$id" params={{ id: projectId }}>
        Leaderboard
      </LinkText>
    ),
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'made',
    title: 'Trained',
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Ago at={createdAt} />,
  },
]

export const ModelsPage = () => (
  <Page title="Models" subtitle="What trainings made, and files that were made elsewhere and are hosted here.">
    <PageTabs
      tabs={[
        { key: 'trained', title: 'Trained', content: () => <TrainedModels /> },
        { key: 'registered', title: 'Hosted', content: () => <RegisteredModels /> },
        { key: 'algorithms', title: 'Algorithms', content: () => <CustomAlgorithms /> },
      ]}
    />
  </Page>
)

const TrainedModels = () => {
  const query = useCall('listModels', { query: { limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) => (
        <DataTable
          label="Models"
          rows={items}
          more={nextCursor !== null}
          columns={columns}
          rowKey={({ id }) => id}
          empty={
            <Empty action={<LinkButton to="/projects">Go to projects</LinkButton>}>
              No model yet. Training a blueprint in a project makes one.
            </Empty>
          }
        />
      )}
    </Loaded>
  )
}
