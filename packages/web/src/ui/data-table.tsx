import { ActionIcon, Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useAddress } from './address.ts'
import { formatNumber } from './format.ts'

export type TableColumn<T> = {
  readonly key: string
  readonly title: string
  readonly cell: (row: T) => ReactNode
  /** What sorting and searching look at; left out: neither. */
  readonly value?: (row: T) => string | number | null
  readonly numeric?: boolean
  /** Sentences, which need some width to be read. */
  readonly wide?: boolean
}

type DataTableProps<T> = {
  readonly label: string
  readonly rows: readonly T[]
  readonly columns: readonly TableColumn<T>[]
  readonly rowKey: (row: T) => string
  readonly empty: ReactNode
  readonly search?: boolean
  /** Whether there are older rows than these. */
  readonly more?: boolean
}

/** Rows that are drawn at first: a table of 20,000 must not stop the page. */
const pageRows = 200

/** A list: searched and sorted in place, scrolling inside itself, teaching its first step when it is empty. */
export const DataTable = <T,>({
  label,
  rows,
  columns,
  rowKey,
  empty,
  search = true,
  more = false,
}: DataTableProps<T>) => {
  const [asked, ask] = useAddress('search')
  const [words, setWords] = useState(search ? (asked ?? '') : '')
  const askSoon = useDebouncedCallback((typed: string) => ask(typed === '' ? undefined : typed), 300)
  const [sorting, setSorting] = useAddress('sort')
  const sort = useMemo(() => sortOf(sorting), [sorting])
  const [limit, setLimit] = useState(pageRows)
  const shown = useMemo(() => {
    const found = rows.filter((row) =>
      columns.some(({ value }) =>
        String(value?.(row) ?? '')
          .toLowerCase()
          .includes(words.trim().toLowerCase()),
      ),
    )
    const value = columns.find(({ key }) => key === sort?.key)?.value
    if (value === undefined || sort === undefined) return words.trim() === '' ? rows : found
    return [...found].sort((a, b) => compare(value(a), value(b)) * (sort.down ? -1 : 1))
  }, [rows, columns, words, sort])
  if (rows.length === 0) return <>{empty}</>
  return (
    <Stack gap="sm">
      {search && rows.length > 5 ? (
        <TextInput
          aria-label={`Search ${label}`}
          placeholder="Search"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value)
            askSoon(event.currentTarget.value)
          }}
          maw={280}
        />
      ) : null}
      <section className="scroll" tabIndex={0} aria-label={label}>
        <Table
          highlightOnHover
          highlightOnHoverColor="var(--row-hover)"
          withTableBorder
          verticalSpacing="xs"
          horizontalSpacing="md"
        >
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ key, title, value, numeric }) => (
                <Table.Th
                  key={key}
                  className={numeric === true ? 'number' : ''}
                  aria-sort={sort?.key === key ? (sort.down ? 'descending' : 'ascending') : undefined}
                >
                  <Group gap={2} wrap="nowrap" justify={numeric === true ? 'flex-end' : 'flex-start'}>
                    {title}
                    {value === undefined ? null : (
                      <ActionIcon
                        size="xs"
                        variant="subtle"
                        color="gray"
                        aria-label={`Sort by ${title}`}
                        onClick={() => setSorting(sort?.key === key && !sort.down ? `-${key}` : key)}
                      >
                        {sort?.key === key && sort.down ? (
                          <IconArrowDown size={12} aria-hidden />
                        ) : (
                          <IconArrowUp size={12} aria-hidden opacity={sort?.key === key ? 1 : 0.4} />
                        )}
                      </ActionIcon>
                    )}
                  </Group>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.slice(0, limit).map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map(({ key, cell, numeric, wide }, index) => (
                  <Table.Td
                    key={key}
                    className={numeric === true ? 'number' : wide === true ? 'wide' : index === 0 ? 'first' : ''}
                  >
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {shown.length > limit ? (
        <Group>
          <Text size="sm" c="dimmed">
            {formatNumber(limit)} of {formatNumber(shown.length)} are shown.
          </Text>
          <Button size="xs" variant="default" onClick={() => setLimit(limit + pageRows)}>
            Show {Math.min(pageRows, shown.length - limit)} more
          </Button>
        </Group>
      ) : null}
      {more ? (
        <Text size="sm" c="dimmed">
          The newest {formatNumber(rows.length)} are shown.
        </Text>
      ) : null}
      {shown.length === 0 ? <Text c="dimmed">Nothing here has “{words}”.</Text> : null}
    </Stack>
  )
}

/** `rows` is upwards, `-rows` downwards. */
const sortOf = (text: string | undefined): { readonly key: string; readonly down: boolean } | undefined =>
  text === undefined ? undefined : { key: text.replace(/^-/, ''), down: text.startsWith('-') }

const compare = (a: string | number | null, b: string | number | null): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
}
