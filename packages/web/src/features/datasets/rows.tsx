import { Button, Group, Stack, Table, Text } from '@mantine/core'
import type { DatasetVersion } from '@modelsmith/api'
import { keepPreviousData } from '@tanstack/react-query'
import { useCall } from '../../app/client.ts'
import { useAddress } from '../../ui/address.ts'
import { formatNumber } from '../../ui/format.ts'
import { Loaded } from '../../ui/page.tsx'

const pageRows = 50
const maxColumns = 200

/** The rows as they were read, a page at a time. */
export const Rows = ({ version }: { readonly version: DatasetVersion }) => {
  const [asked, ask] = useAddress('row')
  const offset = Math.max(0, Math.floor(Number(asked ?? 1) - 1) || 0)
  const setOffset = (next: number) => ask(next === 0 ? undefined : String(next + 1))
  const query = useCall(
    'getDatasetRows',
    { params: { id: version.id }, query: { offset, limit: pageRows } },
    { placeholderData: keepPreviousData },
  )
  return (
    <Loaded query={query} rows={12}>
      {({ columns, rows, total }) => (
        <Stack gap="sm">
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              Rows {formatNumber(offset + 1)} to {formatNumber(offset + rows.length)} of {formatNumber(total)}
              {columns.length > maxColumns
                ? `; the first ${maxColumns} of ${formatNumber(columns.length)} columns`
                : ''}
            </Text>
            <Group gap="sm">
              <Button
                size="xs"
                variant="default"
                disabled={offset === 0}
                onClick={() => setOffset(Math.max(0, offset - pageRows))}
              >
                Earlier rows
              </Button>
              <Button
                size="xs"
                variant="default"
                disabled={offset + rows.length >= total}
                onClick={() => setOffset(offset + pageRows)}
              >
                Later rows
              </Button>
            </Group>
          </Group>
          <section className="scroll" tabIndex={0} aria-label="Rows">
            <Table withTableBorder verticalSpacing={4} horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  {columns.slice(0, maxColumns).map(({ name, type }) => (
                    <Table.Th key={name} className={isNumber(type) ? 'number' : ''}>
                      {name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((cells, row) => (
                  <Table.Tr key={offset + row}>
                    {columns.slice(0, maxColumns).map(({ name, type }, column) => (
                      <Table.Td key={name} className={isNumber(type) ? 'number' : 'cell'}>
                        {cells[column] === null ? (
                          <Text span size="sm" c="dimmed" fs="italic">
                            missing
                          </Text>
                        ) : (
                          String(cells[column])
                        )}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        </Stack>
      )}
    </Loaded>
  )
}

const isNumber = (type: string): boolean => type === 'number' || type === 'integer'
