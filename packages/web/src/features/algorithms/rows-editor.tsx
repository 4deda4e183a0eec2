import { Button, Checkbox, Select, Stack, Table, TextInput, Title } from '@mantine/core'
import type { ReactNode } from 'react'

type Column<Row> = {
  readonly title: string
  readonly cell: (row: Row, words: string, change: (part: Partial<Row>) => void) => ReactNode
}

/** A list of things that are alike, edited in place: one row each, and a button for another. */
export const RowsEditor = <Row extends { readonly name: string }>({
  title,
  what,
  rows,
  empty,
  columns,
  disabled,
  onChange,
  children,
}: {
  readonly title: string
  readonly what: string
  readonly rows: readonly Row[]
  readonly empty: Row
  readonly columns: readonly Column<Row>[]
  readonly disabled: boolean
  readonly onChange: (rows: readonly Row[]) => void
  readonly children?: ReactNode
}) => (
  <Stack gap="sm" component="section">
    <Title order={2}>{title}</Title>
    {children}
    {rows.length === 0 ? null : (
      <section className="scroll" tabIndex={0} aria-label={title}>
        <Table withTableBorder>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column.title}>{column.title}</Table.Th>
              ))}
              {disabled ? null : <Table.Th>Remove</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              <Table.Tr key={at}>
                {columns.map((column) => (
                  <Table.Td key={column.title}>
                    {column.cell(row, `${column.title} of ${what} ${at + 1}`, (part) =>
                      onChange(rows.map((each, index) => (index === at ? { ...each, ...part } : each))),
                    )}
                  </Table.Td>
                ))}
                {disabled ? null : (
                  <Table.Td>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Remove ${what} ${at + 1}`}
                      onClick={() => onChange(rows.filter((_, index) => index !== at))}
                    >
                      Remove
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
    )}
    {disabled ? null : (
      <Button w="fit-content" size="xs" variant="default" onClick={() => onChange([...rows, empty])}>
        Add {what}
      </Button>
    )}
  </Stack>
)

export const textCell = (
  label: string,
  value: string,
  disabled: boolean,
  onChange: (value: string) => void,
  placeholder = '',
) => (
  <TextInput
    size="xs"
    miw={120}
    aria-label={label}
    value={value}
    placeholder={placeholder}
    disabled={disabled}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

export const choiceCell = <T extends string>(
  label: string,
  value: T,
  data: readonly { readonly value: T; readonly label: string }[],
  disabled: boolean,
  onChange: (value: T) => void,
) => (
  <Select
    size="xs"
    miw={130}
    aria-label={label}
    data={[...data]}
    value={value}
    allowDeselect={false}
    disabled={disabled}
    onChange={(chosen) => (chosen === null ? undefined : onChange(chosen as T))}
  />
)

export const checkCell = (label: string, checked: boolean, disabled: boolean, onChange: (checked: boolean) => void) => (
  <Checkbox
    size="xs"
    aria-label={label}
    checked={checked}
    disabled={disabled}
    onChange={(event) => onChange(event.currentTarget.checked)}
  />
)
