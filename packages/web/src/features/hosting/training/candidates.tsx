import { Button, Stack, Text, Title } from '@mantine/core'
import type { Experiment, Project } from '@modelsmith/api'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { Leaderboard } from '../../projects/index.ts'
import { useIsOpen } from '../use-is-open.ts'

/** What was trained, best first; one of it becomes the candidate. */
export const Candidates = ({ experiment, project }: { readonly experiment: Experiment; readonly project: Project }) => {
  const { id, version, modelId } = experiment
  const choose = useAction()
  const refresh = useRefresh()
  const isOpen = useIsOpen(experiment)
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Candidates</Title>
      {choose.problem === undefined ? null : <ErrorPanel error={choose.problem} />}
      <Leaderboard
        project={project}
        use={{
          key: 'candidate',
          title: 'Candidate',
          cell: ({ run }) => {
            if (run.modelId === null) return null
            if (run.modelId === modelId) return <Text size="sm">Chosen</Text>
            if (!isOpen) return null
            return (
              <Button
                size="compact-sm"
                variant="light"
                aria-label={`Choose ${run.blueprintName}`}
                disabled={choose.busy}
                onClick={() =>
                  void choose.run(async () => {
                    const body = { modelId: run.modelId as string }
                    await client.call('changeExperiment', { params: { id }, body, ifMatch: version })
                    await refresh()
                  })
                }
              >
                Choose
              </Button>
            )
          },
        }}
      />
    </Stack>
  )
}
