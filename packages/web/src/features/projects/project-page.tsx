import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { Project } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { SearchesList } from '../searches/index.ts'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { About, Columns } from './about.tsx'
import { FeatureLists } from './feature-lists.tsx'
import { Leaderboard } from './leaderboard.tsx'
import { purposeOf } from './purpose.ts'
import { Repository } from './repository.tsx'
import { TrainBlueprint } from './train-blueprint.tsx'

export const ProjectPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getProject', { params: { id } })
  return <LoadedPage query={query}>{(project) => <ProjectView key={project.id} project={project} />}</LoadedPage>
}

const ProjectView = ({ project }: { readonly project: Project }) => {
  const { id, name, version, rows } = project
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  return (
    <Page
      title={name}
      subtitle={`${purposeOf(project)} · ${formatNumber(rows.training)} training rows, ${formatNumber(rows.holdout)} in the holdout`}
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
          {
            key: 'repository',
            title: 'Repository',
            content: () => <Repository project={project} mayRun={can('run')} />,
          },
          { key: 'searches', title: 'Searches', content: () => <SearchesList project={project} /> },
          {
            key: 'features',
            title: 'Feature lists',
            content: () => <FeatureLists project={project} mayEdit={can('edit')} />,
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
