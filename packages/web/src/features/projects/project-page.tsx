import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core'
import type { Project } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { Leaderboard } from './leaderboard.tsx'
import { TrainBlueprint } from './train-blueprint.tsx'

export const ProjectPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getProject', { params: { id } })
  return <LoadedPage query={query}>{(project) => <ProjectView key={project.id} project={project} />}</LoadedPage>
}

const ProjectView = ({ project }: { readonly project: Project }) => {
  const { id, name, version, target, targetType, rows } = project
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  return (
    <Page
      title={name}
      subtitle={`Predicts ${target} (${targetType}) · ${formatNumber(rows.training)} training rows, ${formatNumber(rows.holdout)} in the holdout`}
      actions={
        <>
          {can('run') ? <TrainBlueprint project={project} /> : null}
          <ShareButton id={id} />
          <ObjectMenu
            kind="project"
            name={name}
            onRename={
              can('edit')
                ? async (renamed) => {
                    await client.call('changeProject', { params: { id }, body: { name: renamed }, ifMatch: version })
                    await refresh()
                  }
                : undefined
            }
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteProject', { params: { id }, ifMatch: version })
                    await navigate({ to: '/projects' })
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
            key: 'leaderboard',
            title: 'Leaderboard',
            content: () => (
              <Stack>
                {can('edit') ? <Holdout project={project} /> : null}
                <Leaderboard project={project} />
              </Stack>
            ),
          },
          { key: 'about', title: 'About', content: () => <About project={project} /> },
          { key: 'columns', title: 'Columns', content: () => <Columns project={project} /> },
        ]}
      />
    </Page>
  )
}

/** The holdout stays locked until somebody decides, once, to look. */
const Holdout = ({ project: { id, version, holdoutUnlocked, rows } }: { readonly project: Project }) => {
  const refresh = useRefresh()
  const unlock = useAction()
  if (rows.holdout === 0 || holdoutUnlocked) return null
  return (
    <Alert variant="light" color="gray" title="The holdout is locked">
      <Group justify="space-between" align="end">
        <Text size="sm" maw={640}>
          {formatNumber(rows.holdout)} rows take no part in any training. Unlock them once the choice is made: whoever
          chooses by the holdout loses what it is for. This cannot be undone.
        </Text>
        <Button
          size="xs"
          variant="default"
          loading={unlock.busy}
          onClick={() =>
            void unlock.run(async () => {
              await client.call('changeProject', { params: { id }, body: { holdoutUnlocked: true }, ifMatch: version })
              await refresh()
            })
          }
        >
          Unlock holdout
        </Button>
      </Group>
      {unlock.problem === undefined ? null : <ErrorPanel error={unlock.problem} />}
    </Alert>
  )
}

const About = ({
  project: { datasetId, targetType, classes, metric, partitioning, rows, owner, features },
}: {
  readonly project: Project
}) => (
  <Table maw={720} layout="fixed">
    <Table.Tbody>
      <Fact name="Dataset">
        <LinkText to="/datasets/$id" params={{ id: datasetId }}>
          Open the dataset
        </LinkText>
      </Fact>
      <Fact name="Owner">{owner.name}</Fact>
      <Fact name="Metric">{metric}</Fact>
      {classes.length === 0 ? null : <Fact name="Classes">{classes.join(', ')}</Fact>}
      {targetType === 'binary' ? <Fact name="Positive class">{classes[1]}</Fact> : null}
      <Fact name="Partitions">
        {partitioning.folds} folds, {partitioning.method}, seed {partitioning.seed}; holdout{' '}
        {Math.round(partitioning.holdout * 1000) / 10} %
      </Fact>
      <Fact name="Rows">
        {formatNumber(rows.total)} in all; {formatNumber(rows.missingTarget)} without a target are left out
      </Fact>
      <Fact name="Features">{formatNumber(features.length)}</Fact>
    </Table.Tbody>
  </Table>
)

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <Table.Tr>
    <Table.Th scope="row">{name}</Table.Th>
    <Table.Td>{children}</Table.Td>
  </Table.Tr>
)

const Columns = ({ project: { columns, features, target } }: { readonly project: Project }) => (
  <DataTable
    label="Columns"
    rows={columns}
    rowKey={({ name }) => name}
    empty={<Empty>There is no column.</Empty>}
    columns={[
      { key: 'name', title: 'Column', value: ({ name }) => name, cell: ({ name }) => name },
      { key: 'type', title: 'Type, frozen', value: ({ type }) => type, cell: ({ type }) => type },
      {
        key: 'role',
        title: 'Role',
        value: ({ name }) => roleOf(name, target, features),
        cell: ({ name }) => roleOf(name, target, features),
      },
    ]}
  />
)

const roleOf = (name: string, target: string, features: readonly string[]): string =>
  name === target ? 'target' : features.includes(name) ? 'feature' : 'left out'
