import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core'
import { type AuditEntry, type Endpoint, endpoints } from '@modelsmith/api'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'

/** Who changed what, and who was denied what. */
export const Audit = () => {
  const query = useCall('listAudit', { query: { limit: 200 } })
  const check = useAction()
  const start = () =>
    void check.run(async () => {
      const { valid, entries, brokenAt } = await client.call('checkAudit')
      if (!valid) throw new Error(`Entry ${brokenAt} does not fit: it, or one before it, was changed or left out.`)
      return `All ${formatNumber(entries)} entries fit together.`
    })
  return (
    <Stack>
      <Group>
        <Button variant="default" loading={check.busy} onClick={start}>
          Check the log
        </Button>
        <Button component="a" variant="default" href={client.url('exportAudit')} download>
          Export the log
        </Button>
      </Group>
      {check.problem === undefined ? null : check.problem instanceof Error && check.problem.name === 'Error' ? (
        <Alert color="red" variant="light" role="alert" title={check.problem.message} />
      ) : (
        <ErrorPanel error={check.problem} />
      )}
      <Loaded query={query}>
        {({ items, next }) => (
          <DataTable
            label="Audit log"
            rows={items}
            more={next !== null}
            rowKey={({ sequence }) => String(sequence)}
            empty={<Empty>Nothing has been changed yet.</Empty>}
            columns={[
              { key: 'at', title: 'When', value: ({ at }) => at, cell: ({ at }) => <Ago at={at} /> },
              { key: 'actor', title: 'Who', value: ({ actor }) => actor.name, cell: ({ actor }) => actor.name },
              { key: 'operation', title: 'What', value: deedOf, cell: deedOf },
              { key: 'object', title: 'On', value: wordsOf, cell: wordsOf },
              { key: 'outcome', title: 'Outcome', value: (entry) => entry.outcome, cell: (entry) => entry.outcome },
              { key: 'address', title: 'From', value: ({ address }) => address, cell: ({ address }) => address },
              {
                key: 'detail',
                title: 'Before, and asked for',
                wide: true,
                cell: (entry) => <Detail entry={entry} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Stack>
  )
}

/** What was done, in the words of the reference; of an operation that is no more, its name. */
const deedOf = ({ operation }: AuditEntry): string =>
  (endpoints as Readonly<Record<string, Endpoint>>)[operation]?.summary ?? operation

const wordsOf = ({ object }: AuditEntry): string =>
  object === null ? '–' : `${object.kind} ${object.name ?? object.id}`

const Detail = ({ entry: { before, after } }: { readonly entry: AuditEntry }) => (
  <details>
    <summary>
      <Text span size="sm">
        Show
      </Text>
    </summary>
    <Code block>{JSON.stringify({ before, after }, null, 2)}</Code>
  </details>
)
