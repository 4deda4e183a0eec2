import { Table } from '@mantine/core'
import type { NodeReport, TableKind } from '@modelsmith/domain'
import { dataTypeWords } from './contract-words.ts'

const missingWords = { never: 'none', unknown: 'not said', possible: 'may be', present: 'some' } as const
const sparseWords = { never: 'no', unknown: 'not said', possible: 'may be', always: 'yes' } as const

const countWords = ({ min, max }: TableKind['columns']): string =>
  max === undefined ? `${min} or more` : min === max ? String(min) : `${min} to ${max}`

const rows: readonly (readonly [string, (kind: TableKind) => string])[] = [
  ['Types', ({ types }) => [...types].map((type) => dataTypeWords[type]).join(', ')],
  ['Columns', ({ columns }) => countWords(columns)],
  ['Missing values', ({ missing }) => missingWords[missing]],
  ['Sparse', ({ sparse }) => sparseWords[sparse]],
]

/** What flows into a node, and out of it, as far as it is known before a training. */
export const Flows = ({ report }: { readonly report: NodeReport | undefined }) => (
  <Table withTableBorder aria-label="What flows in and out">
    <Table.Thead>
      <Table.Tr>
        <Table.Th>Flows</Table.Th>
        <Table.Th>in</Table.Th>
        <Table.Th>out</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {rows.map(([name, words]) => (
        <Table.Tr key={name}>
          <Table.Th scope="row">{name}</Table.Th>
          {[report?.input, report?.output].map((kind, index) => (
            <Table.Td key={index}>{kind === undefined ? 'not known' : words(kind)}</Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)
