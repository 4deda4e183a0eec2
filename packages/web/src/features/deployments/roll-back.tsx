import { Button, Group, Stack } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'

/** One click serves the release again that the one of now took the place of. */
export const RollBack = ({ deployment }: { readonly deployment: Deployment }) => {
  const { id, version, previousRelease } = deployment
  const back = useAction()
  const refresh = useRefresh()
  if (previousRelease === null) return null
  return (
    <Stack gap="xs">
      <Group>
        <Button
          variant="default"
          loading={back.busy}
          onClick={() =>
            void back.run(async () => {
              await client.call('rollBackDeployment', { params: { id }, body: {}, ifMatch: version })
              await refresh()
              return `Release ${previousRelease.number} answers as soon as it is ready.`
            })
          }
        >
          Roll back to release {previousRelease.number}
        </Button>
      </Group>
      {back.problem === undefined ? null : <ErrorPanel error={back.problem} />}
    </Stack>
  )
}
