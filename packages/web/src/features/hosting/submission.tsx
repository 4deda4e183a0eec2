import { Alert, Button, Group, List, Stack, Text, Title } from '@mantine/core'
import type { Experiment } from '@modelsmith/api'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkButton } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { useIsOpen } from './use-is-open.ts'

/** Everything that stands against a submission, and the button that makes a candidate. */
export const Submission = ({ experiment }: { readonly experiment: Experiment }) => {
  const { id, version, state, registeredModelId } = experiment
  const isOpen = useIsOpen(experiment)
  const check = useCall('checkExperiment', { params: { id } })
  const submit = useAction()
  const refresh = useRefresh()
  if (state !== 'developing')
    return (
      <Stack gap="sm" component="section">
        <Title order={2}>Candidate</Title>
        <Text size="sm">It is submitted and changes no more. It is published on the page of the model.</Text>
        <Group>
          <LinkButton
            variant="filled"
            to="/registered-models/$id"
            params={{ id: registeredModelId }}
            search={{ tab: 'releases' }}
          >
            Go to releases
          </LinkButton>
        </Group>
      </Stack>
    )
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Confirm and submit</Title>
      <Loaded query={check} rows={2}>
        {({ findings }) => {
          const errors = findings.filter(({ severity }) => severity !== 'warning')
          return (
            <>
              {findings.length === 0 ? (
                <Alert
                  color="gray"
                  variant="light"
                  icon={<IconCircleCheck aria-hidden />}
                  title="Nothing stands against it"
                />
              ) : (
                <Alert
                  color={errors.length > 0 ? 'red' : 'yellow'}
                  icon={<IconAlertTriangle aria-hidden />}
                  title={errors.length > 0 ? 'It cannot be submitted yet' : 'It can be submitted; know this first'}
                >
                  <List size="sm">
                    {findings.slice(0, 50).map(({ message, hint }, at) => (
                      <List.Item key={at}>
                        {message} {hint}
                      </List.Item>
                    ))}
                  </List>
                </Alert>
              )}
              {submit.problem === undefined ? null : <ErrorPanel error={submit.problem} />}
              {isOpen ? (
                <Button
                  w="fit-content"
                  loading={submit.busy}
                  disabled={errors.length > 0}
                  onClick={() =>
                    void submit.run(async () => {
                      await client.call('submitExperiment', { params: { id }, ifMatch: version })
                      await refresh()
                    })
                  }
                >
                  Submit as candidate
                </Button>
              ) : null}
            </>
          )
        }}
      </Loaded>
    </Stack>
  )
}
