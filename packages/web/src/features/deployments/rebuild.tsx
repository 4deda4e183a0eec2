import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import type { Job, PackageUses } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'

export type Use = PackageUses['items'][number]

/** Makes what answers anew with a later version of a package, and leads to where the two are compared. */
export const Rebuild = ({ use, below }: { readonly use: Use; readonly below: string }) => {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="xs" variant="default" aria-label={`Rebuild ${use.deploymentName}`} onClick={() => setOpen(true)}>
        Rebuild
      </Button>
      {isOpen ? <RebuildDialog use={use} below={below} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

type DialogProps = { readonly use: Use; readonly below: string; readonly onClose: () => void }

const RebuildDialog = ({ use, below, onClose }: DialogProps) => {
  const { deploymentId: id, deploymentName, release } = use
  const [atLeast, setAtLeast] = useState(below)
  const [job, setJob] = useState<Job>()
  const rebuild = useAction()
  const refresh = useRefresh()
  const submit = () =>
    rebuild.run(async () => {
      const body = { package: use.package, atLeast: atLeast.trim() }
      const begun = await client.call('rebuildDeployment', { params: { id }, body })
      setJob(begun.job)
      await refresh()
    })
  return (
    <Modal opened onClose={onClose} title={`Rebuild ${deploymentName}`}>
      <Stack>
        <Text size="sm">
          Release {release} is made anew: its code and what it has learnt stay, and its environment is resolved with the
          later package. It becomes the next release of the registered model, without answering anybody, and a
          challenger of the deployment, which scores all rows that are kept.
        </Text>
        {job === undefined ? (
          <TextInput
            label={`${use.package}, at least version`}
            description={`It runs with ${use.version}`}
            required
            data-autofocus
            value={atLeast}
            onChange={(event) => setAtLeast(event.currentTarget.value)}
          />
        ) : (
          <Text size="sm" role="status">
            <LinkText to="/jobs/$id" params={{ id: job.id }}>
              The rebuild
            </LinkText>{' '}
            has begun. What changes is shown beside the{' '}
            <LinkText to="/deployments/$id" params={{ id }} search={{ tab: 'challengers' }}>
              challengers
            </LinkText>
            ; promote it there.
          </Text>
        )}
        {rebuild.problem === undefined ? null : <ErrorPanel error={rebuild.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {job === undefined ? 'Cancel' : 'Close'}
          </Button>
          {job === undefined ? (
            <Button loading={rebuild.busy} disabled={atLeast.trim() === ''} onClick={() => void submit()}>
              Rebuild release
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Modal>
  )
}
