import { Alert, Group, NavLink, Skeleton, Stack, Text } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { lazy, Suspense, useState } from 'react'
import { useCall } from '../../app/client.ts'
import { formatBytes } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'

// The editor's code is large, and only this tab needs it.
const Code = lazy(() => import('../../ui/code.tsx').then((module) => ({ default: module.Code })))

/** The files of a version, and the text of the one that is looked at. */
export const Files = ({ version }: { readonly version: TaskVersion }) => {
  const [path, setPath] = useState(
    version.files.find(({ path: name }) => /^custom\.(py|R)$/.test(name))?.path ?? version.files[0]?.path,
  )
  return (
    <Group align="start" gap="lg" wrap="wrap">
      <Stack gap={0} w={220} component="nav" aria-label="Files">
        {version.files.map((file) => (
          <NavLink
            key={file.path}
            component="button"
            label={file.path}
            description={formatBytes(file.bytes)}
            active={file.path === path}
            aria-current={file.path === path ? 'true' : undefined}
            onClick={() => setPath(file.path)}
          />
        ))}
      </Stack>
      <div style={{ flex: '1 1 320px', minWidth: 0 }}>
        {path === undefined ? null : <FileText key={path} version={version} path={path} />}
      </div>
    </Group>
  )
}

const FileText = ({ version, path }: { readonly version: TaskVersion; readonly path: string }) => {
  const query = useCall('getTaskFile', { params: { id: version.id }, query: { path } })
  return (
    <Loaded query={query} rows={12}>
      {({ text, bytes }) =>
        text === null ? (
          <Alert variant="light" title="This file is not shown">
            It is {formatBytes(bytes)} large, or not text. The zip of the version has it.
          </Alert>
        ) : text === '' ? (
          <Text c="dimmed">This file is empty.</Text>
        ) : (
          <Suspense fallback={<Skeleton height={320} />}>
            <Code path={path} text={text} />
          </Suspense>
        )
      }
    </Loaded>
  )
}
