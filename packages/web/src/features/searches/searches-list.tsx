import type { Project, SearchSummary } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { formatScore } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** The searches of a project, newest first. */
export const SearchesList = ({ project: { id } }: { readonly project: Pick<Project, 'id'> }) => {
  const query = useCall('listSearches', { params: { id } })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <DataTable
          label="Searches"
          rows={items}
          rowKey={(search) => search.id}
          empty={
            <Empty>
              Nothing has been searched here. Begin with a blueprint of the repository, or from the page of a model.
            </Empty>
          }
          columns={[
            {
              key: 'name',
              title: 'Blueprint',
              value: ({ name }) => name,
              cell: (search: SearchSummary) => (
                <LinkText to="/searches/$id" params={{ id: search.id }}>
                  {search.name}
                </LinkText>
              ),
            },
            {
              key: 'state',
              title: 'State',
              value: ({ state }) => state,
              cell: ({ state }) => <StateBadge state={state} />,
            },
            {
              key: 'done',
              title: 'Trials',
              numeric: true,
              value: ({ done }) => done,
              cell: ({ done, budget }) => (budget.trials === undefined ? done : `${done} of ${budget.trials}`),
            },
            { key: 'metric', title: 'Metric', value: ({ metric }) => metric, cell: ({ metric }) => metric },
            {
              key: 'best',
              title: 'Best',
              numeric: true,
              value: ({ best }) => best?.score ?? null,
              cell: ({ best }) => formatScore(best?.score),
            },
            { key: 'owner', title: 'By', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
            {
              key: 'createdAt',
              title: 'Begun',
              value: ({ createdAt }) => createdAt,
              cell: ({ createdAt }) => <Ago at={createdAt} />,
            },
          ]}
        />
      )}
    </Loaded>
  )
}
