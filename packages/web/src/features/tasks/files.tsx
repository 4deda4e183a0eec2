import { Button, Grid, Select, Skeleton, Stack, Text } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { lazy, Suspense } from 'react'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { formatBytes } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'

const Code = lazy(async () => ({ default: (await import('../../ui/code.tsx')).Code }))

/** The files of any version of a task, to read. */
export const Files = ({ taskId, latest }: { readonly taskId: string; readonly latest: TaskVersion }) => {
  const versions = useCall('listTaskVersions', { params: { id: taskId }, query: { limit: 200 } })
  const [chosen, setChosen] = useAddress('version')
  const [path, setPath] = useAddress('file', { opens: true })
  const all = versions.data?.items ?? [latest]
  const version = all.find(({ id }) => id === chosen) ?? latest
  const file = version.files.find((each) => each.path === path) ?? mainFile(version)
  return (
    <Grid>
      <Grid.Col span={{ base: 12, sm: 3 }}>
        <Stack gap="sm">
          {all.length < 2 ? null : (
            <Select
              label="Version"
              data={all.map(({ id, number }) => ({ value: id, label: number }))}
              value={version.id}
              onChange={(id) => setChosen(id === null || id === latest.id ? undefined : id)}
            />
          )}
          <Stack gap={2} component="nav" aria-label="Files">
            {version.files.map((each) => (
              <Button
                key={each.path}
                variant={each === file ? 'light' : 'subtle'}
                color={each === file ? 'indigo' : 'gray'}
                size="xs"
                justify="space-between"
                aria-current={each === file}
                onClick={() => setPath(each.path)}
                rightSection={
                  <Text span size="xs" c="dimmed">
                    {formatBytes(each.bytes)}
                  </Text>
                }
              >
                {each.path}
              </Button>
            ))}
          </Stack>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 9 }}>
        {file === undefined ? null : <FileText versionId={version.id} path={file.path} />}
      </Grid.Col>
    </Grid>
  )
}

const mainFile = ({ files }: TaskVersion) => files.find(({ path }) => /^custom\.(py|R)$/.test(path)) ?? files[0]

const FileText = ({ versionId, path }: { readonly versionId: string; readonly path: string }) => {
  const query = useCall('getTaskFile', { params: { id: versionId }, query: { path } })
  return (
    <Stack gap="sm" miw={0}>
      <Text ff="monospace" size="sm">
        {path}
      </Text>
      <Loaded query={query}>
        {({ text, bytes }) =>
          text === '' ? (
            <Text c="dimmed">This file is empty.</Text>
          ) : text === null ? (
            <Text c="dimmed">This file is not text, or too large to show ({formatBytes(bytes)}).</Text>
          ) : (
            <Suspense fallback={<Skeleton height={320} />}>
              <Code path={path} text={text} />
            </Suspense>
          )
        }
      </Loaded>
    </Stack>
  )
}
