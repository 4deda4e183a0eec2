import { Group, Stack } from '@mantine/core'
import type { CustomAlgorithm } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable, type TableColumn } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { LinkButton, LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { IfMayCreate } from '../sharing/index.ts'

const answeredBy = ({ nativeAlgorithm, code }: CustomAlgorithm): string =>
  code === null ? (nativeAlgorithm ?? '') : `the code of ${code.taskName} ${code.number}`

const columns: readonly TableColumn<CustomAlgorithm>[] = [
  {
    key: 'name',
    title: 'Algorithm',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <LinkText to="/algorithms/$id" params={{ id }}>
        {name}
      </LinkText>
    ),
  },
  {
    key: 'native',
    title: 'Answered by',
    value: answeredBy,
    cell: answeredBy,
  },
  {
    key: 'inputs',
    title: 'Inputs',
    cell: ({ definition: { inputs, variableInput } }) =>
      `${inputs.length}${variableInput === null ? '' : `, and fewer than ${variableInput.fewerThan} more`}`,
  },
  { key: 'owner', title: 'Owner', value: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    key: 'changed',
    title: 'Changed',
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Ago at={updatedAt} />,
  },
]

/** Algorithms that people have defined: names and meanings for what a native class, or code, takes and gives. */
export const CustomAlgorithms = () => {
  const query = useCall('listCustomAlgorithms', { query: { limit: 200 } })
  const define = (
    <IfMayCreate kind="algorithm">
      <LinkButton variant="filled" to="/algorithms/new">
        Define algorithm
      </LinkButton>
    </IfMayCreate>
  )
  return (
    <Stack>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? null : <Group>{define}</Group>}
            <DataTable
              label="Algorithms"
              rows={items}
              more={nextCursor !== null}
              columns={columns}
              rowKey={({ id }) => id}
              empty={
                <Empty action={define}>
                  No algorithm is defined yet. A definition says what the columns of a model file are called and mean,
                  where the file itself keeps no names; and which code answers, where its class is not known natively.
                </Empty>
              }
            />
          </>
        )}
      </Loaded>
    </Stack>
  )
}
