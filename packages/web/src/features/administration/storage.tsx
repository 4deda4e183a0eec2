import { Alert, Button, Group, Progress, Stack, Table, Text, Title } from '@mantine/core'
import type { Storage as StorageFacts, StorageUse } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { Loaded } from '../../ui/page.tsx'

const words: Readonly<Record<StorageUse, readonly [name: string, about: string]>> = {
  datasets: ['Datasets', 'Uploaded files and their columns'],
  models: ['Models', 'What trainings have made, model files and releases'],
  tasks: ['Tasks', 'Code of all versions'],
  projects: ['Projects', 'Rows of their own, such as of several datasets'],
  jobs: ['Results of jobs', 'Such as predictions of files'],
  keptRows: ['Kept rows of requests', 'Of deployments that keep them, of all organisations'],
  environmentFolders: ['Folders of environments', 'What images are built from'],
  stepCache: [
    'Cached steps',
    'Results that equal trainings take again; forgotten when nothing has used them for a month',
  ],
  unheld: ['To be collected', 'What nothing needs any more; removed within a day'],
  otherOrganisations: ['Other organisations', 'What they alone store'],
  database: ['Database', 'Everything but the log of predictions and kept rows'],
  predictionLog: ['Log of predictions', 'Requests and what monitoring counts of them'],
  environments: ['Environments', 'Interpreters and packages'],
  served: ['Deployed models', 'Copies for the prediction process'],
  working: ['Work under way', 'Uploads that arrive, folders of jobs'],
  programs: ['Programs', 'Copies of the platform itself, PostgreSQL among them'],
}

/** What takes the disk's space, how much is left, and how much of it the organisation may have. */
export const Storage = () => {
  const query = useCall('getStorage', undefined, { refetchInterval: 30_000 })
  return (
    <Loaded query={query} rows={6}>
      {(storage) => (
        <Stack gap="xl" maw={840}>
          <Disk {...storage} />
          <Quota key={String(storage.organisation.quotaBytes)} {...storage.organisation} />
          <Stack gap="sm">
            <Title order={2}>What takes the space</Title>
            <section className="scroll" aria-label="What takes the space">
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>What</Table.Th>
                    <Table.Th ta="right">Size</Table.Th>
                    <Table.Th ta="right">Objects</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {storage.uses.map(({ what, bytes, objects }) => (
                    <Table.Tr key={what}>
                      <Table.Th scope="row">
                        {words[what][0]}
                        <Text size="sm" c="dimmed">
                          {words[what][1]}
                        </Text>
                      </Table.Th>
                      <Table.Td className="number" ta="right">
                        {formatBytes(bytes)}
                      </Table.Td>
                      <Table.Td className="number" ta="right">
                        {objects === null ? '' : formatNumber(objects)}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </section>
            <Text size="sm" c="dimmed">
              Looked at <Ago at={storage.measuredAt} />.
            </Text>
          </Stack>
        </Stack>
      )}
    </Loaded>
  )
}

const Disk = ({ disk: { totalBytes, freeBytes, reservedBytes } }: Pick<StorageFacts, 'disk'>) => {
  const used = totalBytes - freeBytes
  return (
    <Stack gap="sm">
      <Title order={2}>Disk</Title>
      <Text>
        {formatBytes(freeBytes)} of {formatBytes(totalBytes)} are free; {formatBytes(reservedBytes)} of them are kept
        for the database and the log of predictions.
      </Text>
      <Progress value={(100 * used) / totalBytes} aria-label="Used part of the disk" />
      {freeBytes < reservedBytes ? (
        <Alert
          color="red"
          variant="light"
          role="alert"
          title="The disk is full: uploads and trainings are refused until there is room."
        />
      ) : null}
    </Stack>
  )
}

const gigabyte = 1e9

const Quota = ({ storedBytes, quotaBytes }: StorageFacts['organisation']) => {
  const refresh = useRefresh()
  const action = useAction()
  const [gigabytes, setGigabytes] = useState(quotaBytes === null ? null : quotaBytes / gigabyte)
  const set = (next: number | null) =>
    action.run(async () => {
      await client.call('changeStorage', { body: { quotaBytes: next } })
      await refresh()
      return next === null
        ? 'Your organisation may store as much as there is room for.'
        : `Your organisation may store ${formatBytes(next)}.`
    })
  const wanted = gigabytes !== null && gigabytes > 0 ? Math.round(gigabytes * gigabyte) : undefined
  return (
    <Stack gap="sm">
      <Title order={2}>Your organisation</Title>
      <Text>
        {formatBytes(storedBytes)} are stored
        {quotaBytes === null ? ', without a limit.' : ` of ${formatBytes(quotaBytes)} that may be.`} Cached steps do not
        count.
      </Text>
      {quotaBytes !== null && storedBytes > quotaBytes ? (
        <Alert color="red" variant="light" role="alert" title="Nothing more is stored until something is deleted." />
      ) : null}
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      <Group align="end">
        <NumberField
          label="Quota"
          description="In GB; what is over it already stays"
          min={0}
          decimalScale={6}
          suffix=" GB"
          value={gigabytes}
          onChange={setGigabytes}
        />
        <Button
          disabled={wanted === undefined || wanted === quotaBytes || action.busy}
          onClick={() => wanted !== undefined && void set(wanted)}
        >
          Set quota
        </Button>
        {quotaBytes === null ? null : (
          <Button variant="default" disabled={action.busy} onClick={() => void set(null)}>
            Lift quota
          </Button>
        )}
      </Group>
    </Stack>
  )
}
