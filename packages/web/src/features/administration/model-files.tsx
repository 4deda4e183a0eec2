import { Stack, Switch, Text } from '@mantine/core'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'
import { useMay } from '../sharing/index.ts'

/** Whether the code of algorithms may run model files: who decided it, and the switch to decide it. */
export const ModelFiles = () => {
  const query = useCall('getOrganisationSettings')
  const refresh = useRefresh()
  const decides = useMay('administer', 'organisation')
  const action = useAction()
  const set = (runModelFiles: boolean) =>
    action.run(async () => {
      await client.call('changeOrganisationSettings', { body: { runModelFiles } })
      await refresh()
      return runModelFiles
        ? 'Model files may be run by the code of algorithms.'
        : 'No model file is run from now on; deployments of such files stop answering.'
    })
  return (
    <Stack maw={720}>
      <Text size="sm" c="dimmed">
        Model files are read, and nothing in them is run. A class that is not known natively can be asked only by
        running it: an algorithm with code loads the file in the sandbox that runs the code of tasks, which shows it
        nothing of the server. Without this consent nothing of the kind is tried, released, deployed or answered.
      </Text>
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      <Loaded query={query} rows={1}>
        {({ runModelFiles, changedBy, changedAt }) => (
          <>
            <Switch
              label="Run model files"
              description="By the code of algorithms, in the sandbox"
              checked={runModelFiles}
              disabled={!decides || action.busy}
              onChange={(event) => void set(event.currentTarget.checked)}
            />
            <Text size="sm">
              {changedBy === null || changedAt === null ? (
                'Nobody has decided anything yet.'
              ) : (
                <>
                  {runModelFiles ? 'Allowed' : 'Forbidden'} by {changedBy.name} <Ago at={changedAt} />.
                </>
              )}
            </Text>
          </>
        )}
      </Loaded>
    </Stack>
  )
}
