import { Button, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { RegisteredModel } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { Loaded, LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { PageTabs } from '../../ui/tabs.tsx'
import { Releases } from './releases.tsx'

export const RegisteredModelPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getRegisteredModel', { params: { id } })
  return <LoadedPage query={query}>{(model) => <ModelView key={model.id} model={model} />}</LoadedPage>
}

const ModelView = ({ model }: { readonly model: RegisteredModel }) => {
  const { id, name, alias, description, sensitivity, owner, version, latestRelease } = model
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  return (
    <Page
      title={name}
      state={latestRelease === null ? undefined : <StateBadge state={`release ${latestRelease.number}`} />}
      subtitle={[
        alias,
        'Scene Custom',
        sensitivity === 'private' ? 'seen by whom it is shared with' : 'seen by everybody',
        `of ${owner.name}`,
      ]
        .filter((part) => part !== '')
        .join(' · ')}
      actions={
        <>
          <ShareButton id={id} />
          <ObjectMenu
            kind="model"
            name={name}
            onRename={
              can('edit')
                ? async (renamed) => {
                    const body = { name: renamed }
                    await client.call('changeRegisteredModel', { params: { id }, body, ifMatch: version })
                    await refresh()
                  }
                : undefined
            }
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteRegisteredModel', { params: { id }, ifMatch: version })
                    await navigate({ to: '/models', search: { tab: 'registered' } })
                  }
                : undefined
            }
          />
        </>
      }
    >
      {description === '' ? null : <Text>{description}</Text>}
      <PageTabs
        tabs={[
          { key: 'experiments', title: 'Experiments', content: () => <Experiments model={model} /> },
          { key: 'releases', title: 'Releases', content: () => <Releases model={model} /> },
        ]}
      />
    </Page>
  )
}

/** The two ways to a model, side by side, and what was begun. */
const Experiments = ({ model: { id } }: { readonly model: RegisteredModel }) => {
  const query = useCall('listExperiments', { params: { id }, query: { limit: 200 } })
  const begin = useAction()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  const start = (training: boolean) =>
    begin.run(async () => {
      const made = await client.call('createExperiment', { params: { id }, body: { training } })
      await navigate({ to: '/experiments/$id', params: { id: made.id } })
    })
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Paper withBorder p="md">
          <Stack gap="sm">
            <Title order={2}>Host a finished file</Title>
            <Text size="sm">
              An experiment without training: upload a file of scikit-learn, Spark MLlib, LightGBM, XGBoost or MLflow,
              say which fields your application sends, prove it, release it.
            </Text>
            {can('run') ? (
              <Button w="fit-content" loading={begin.busy} onClick={() => void start(false)}>
                Begin experiment
              </Button>
            ) : null}
          </Stack>
        </Paper>
        <Paper withBorder p="md">
          <Stack gap="sm">
            <Title order={2}>Train on the platform</Title>
            <Text size="sm">
              An experiment with training: choose a sample set and how it is split, train several algorithms side by
              side, compare them on a leaderboard, release the best.
            </Text>
            {can('run') ? (
              <Button w="fit-content" loading={begin.busy} onClick={() => void start(true)}>
                Begin experiment with training
              </Button>
            ) : null}
          </Stack>
        </Paper>
      </SimpleGrid>
      {begin.problem === undefined ? null : <ErrorPanel error={begin.problem} />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <DataTable
            label="Experiments"
            rows={items}
            more={nextCursor !== null}
            rowKey={(row) => row.id}
            empty={<Empty>No experiment yet.</Empty>}
            columns={[
              {
                key: 'name',
                title: 'Experiment',
                value: ({ name }) => name,
                cell: (row) => (
                  <LinkText to="/experiments/$id" params={{ id: row.id }}>
                    {row.name}
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
                key: 'algorithm',
                title: 'Algorithm',
                value: ({ algorithm }) => algorithm,
                cell: ({ algorithm }) => algorithm ?? '–',
              },
              {
                key: 'file',
                title: 'File',
                cell: ({ file, training }) => (training ? 'trained here' : (file?.fileName ?? '–')),
              },
              {
                key: 'proof',
                title: 'Proof',
                value: ({ proof }) => proof?.state ?? null,
                cell: ({ proof }) => proof?.state ?? 'none',
              },
              {
                key: 'changed',
                title: 'Changed',
                value: ({ updatedAt }) => updatedAt,
                cell: ({ updatedAt }) => <Ago at={updatedAt} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}
