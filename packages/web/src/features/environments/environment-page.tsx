import { Alert, Anchor, Button, List, Menu, Stack, Text } from '@mantine/core'
import type { CustomEnvironment, EnvironmentVersion } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { useAddress } from '../../ui/address.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatBytes } from '../../ui/format.ts'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { ShareButton, useAccess } from '../sharing/index.ts'
import { Loaded, LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { JobPanel } from '../jobs/index.ts'
import { languagesInWords } from './environment-words.ts'
import { UploadEnvironment } from './upload-environment.tsx'

export const EnvironmentPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getEnvironment', { params: { id } })
  return (
    <LoadedPage query={query}>
      {(environment) => <EnvironmentView key={environment.id} environment={environment} />}
    </LoadedPage>
  )
}

const EnvironmentView = ({ environment }: { readonly environment: CustomEnvironment }) => {
  const { id, name, description, owner, version, latest } = environment
  const versions = useCall('listEnvironmentVersions', { params: { id }, query: { limit: 200 } })
  const [chosen, choose] = useAddress('version')
  const shown = versions.data?.items.find((each) => each.id === chosen) ?? latest
  const navigate = useNavigate()
  const { can } = useAccess(id)
  return (
    <Page
      title={name}
      state={<StateBadge state={latest.state} />}
      subtitle={`Version ${latest.number} of ${owner.name} · environment of a Dockerfile`}
      actions={
        <>
          <ShareButton id={id} />
          <ObjectMenu
            kind="environment"
            name={name}
            onDelete={
              can('delete')
                ? async () => {
                    await client.call('deleteEnvironment', { params: { id }, ifMatch: version })
                    await navigate({ to: '/administration', search: { tab: 'environments' } })
                  }
                : undefined
            }
          >
            {can('download') ? (
              <Menu.Item component="a" href={archiveOf(latest)} download>
                Download the folder
              </Menu.Item>
            ) : undefined}
          </ObjectMenu>
        </>
      }
    >
      {description === '' ? null : <Text>{description}</Text>}
      <PageTabs
        tabs={[
          {
            key: 'build',
            title: 'Build',
            content: () => <Build key={shown.id} version={shown} mayEdit={can('edit')} />,
          },
          { key: 'packages', title: 'Packages', content: () => <Packages version={shown} /> },
          {
            key: 'versions',
            title: 'Versions',
            content: () => (
              <Stack>
                {can('edit') ? <NextVersion id={id} /> : null}
                <Loaded query={versions}>
                  {({ items }) => (
                    <Versions items={items} shown={shown} choose={choose} mayDownload={can('download')} />
                  )}
                </Loaded>
              </Stack>
            ),
          },
        ]}
      />
    </Page>
  )
}

const archiveOf = ({ id }: EnvironmentVersion): string => client.url('downloadEnvironmentVersion', { params: { id } })

/** How a version came to its image, or why it did not; the log as it is written. */
const Build = ({ version, mayEdit }: { readonly version: EnvironmentVersion; readonly mayEdit: boolean }) => {
  const { id, number, state, error, jobId, reference, warnings, languages } = version
  const again = useAction()
  const refresh = useRefresh()
  return (
    <Stack>
      <Text>
        Version {number}:{' '}
        {state === 'ready' ? `tasks name it ${reference}; it runs ${languagesInWords(languages)}.` : state}
      </Text>
      {warnings.length === 0 ? null : (
        <Alert color="yellow" variant="light" title="The folder was taken, with a remark">
          <List size="sm">
            {warnings.map(({ message }) => (
              <List.Item key={message}>{message}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {mayEdit && (state === 'failed' || state === 'cancelled') ? (
        <Button
          w="fit-content"
          loading={again.busy}
          onClick={() =>
            void again.run(async () => {
              await client.call('buildEnvironmentVersion', { params: { id } })
              await refresh()
            })
          }
        >
          Build version {number} again
        </Button>
      ) : null}
      {again.problem === undefined ? null : <ErrorPanel error={again.problem} />}
      {jobId === null ? error === null ? null : <ErrorPanel error={error} /> : <JobPanel key={jobId} id={jobId} />}
    </Stack>
  )
}

const Packages = ({ version: { number, languages } }: { readonly version: EnvironmentVersion }) =>
  languages.length === 0 ? (
    <Text c="dimmed">What version {number} has is known once its image is built.</Text>
  ) : (
    <Stack>
      {languages.map(({ language, version, packages, missing }) => (
        <Stack key={language} gap="sm">
          <Text fw={500}>
            {language === 'r' ? 'R' : 'Python'} {version}
          </Text>
          {missing.length === 0 ? null : (
            <Alert color="yellow" variant="light" title={`Tasks in it do not run: it lacks ${missing.join(', ')}`} />
          )}
          <DataTable
            label={`Packages of ${language === 'r' ? 'R' : 'Python'}`}
            rows={packages}
            rowKey={(row) => row.name}
            empty={<Text c="dimmed">It has none.</Text>}
            columns={[
              { key: 'name', title: 'Package', value: (row) => row.name, cell: (row) => row.name },
              { key: 'version', title: 'Version', value: (row) => row.version, cell: (row) => row.version },
            ]}
          />
        </Stack>
      ))}
    </Stack>
  )

const NextVersion = ({ id }: { readonly id: string }) => {
  const refresh = useRefresh()
  return (
    <UploadEnvironment
      label="Upload version"
      words="Drop the changed folder here. Tasks that name a version keep theirs."
      send={async (sender, files, signal) => {
        const { environment, created } = await sender.upload('uploadEnvironmentVersion', {
          params: { id },
          files,
          signal,
        })
        await refresh()
        const { number } = environment.latest
        return created ? `Version ${number} is being built.` : `This is already version ${number}: nothing was changed.`
      }}
    />
  )
}

type VersionsProps = {
  readonly items: readonly EnvironmentVersion[]
  readonly shown: EnvironmentVersion
  readonly choose: (id: string | undefined) => void
  readonly mayDownload: boolean
}

const Versions = ({ items, shown, choose, mayDownload }: VersionsProps) => (
  <DataTable
    label="Versions"
    rows={items}
    rowKey={({ id }) => id}
    empty={<Text>There is no version.</Text>}
    columns={[
      { key: 'number', title: 'Version', numeric: true, cell: ({ number }) => number },
      { key: 'state', title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
      { key: 'note', title: 'Note', cell: ({ note }) => note ?? '–' },
      {
        key: 'files',
        title: 'Files',
        cell: ({ files }) => `${files.length}, ${formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))}`,
      },
      { key: 'made', title: 'Uploaded', cell: ({ createdAt }) => <Ago at={createdAt} /> },
      {
        key: 'show',
        title: 'Build and packages',
        cell: ({ id, number }) => (
          <Button
            size="xs"
            variant="default"
            disabled={id === shown.id}
            aria-label={`${id === shown.id ? 'Shown' : 'Show'}: version ${number}`}
            onClick={() => choose(id)}
          >
            {id === shown.id ? 'Shown' : 'Show'}
          </Button>
        ),
      },
      ...(mayDownload
        ? [
            {
              key: 'download',
              title: 'Folder',
              cell: (version: EnvironmentVersion) => (
                <Anchor size="sm" href={archiveOf(version)} download aria-label={`Download version ${version.number}`}>
                  Download
                </Anchor>
              ),
            },
          ]
        : []),
    ]}
  />
)
