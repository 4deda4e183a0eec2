import { List, Stack, Table, Text, Title } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { type InputRule, type OutputRule, rulesOf } from '@modelsmith/domain'

type Rule = InputRule | OutputRule
type Parameter = TaskVersion['hyperparameters'][number]

const fields = {
  data_types: 'Types',
  number_of_columns: 'Number of columns',
  sparse: 'Sparse',
  contains_missing: 'Missing values',
} as const
const conditions = {
  EQUALS: 'exactly',
  IN: 'any of',
  NOT_EQUALS: 'not',
  NOT_IN: 'none of',
  GREATER_THAN: 'more than',
  LESS_THAN: 'fewer than',
  NOT_GREATER_THAN: 'at most',
  NOT_LESS_THAN: 'at least',
} as const

const wordsOf = ({ field, condition, value }: Rule): string =>
  `${fields[field]}: ${field === 'data_types' || field === 'number_of_columns' ? `${conditions[condition]} ` : ''}${String(value).toLowerCase().replaceAll(',', ', ')}`

/** What a task takes, what it gives, and its parameters. */
export const Schema = ({ version }: { readonly version: TaskVersion }) => {
  const { input, output } = rulesOf({
    name: version.taskName,
    targetTypes: version.targetTypes,
    typeSchema: version.typeSchema,
  })
  return (
    <Stack>
      <Rules title="Takes" rules={input} />
      {output.length === 0 ? null : <Rules title="Gives" rules={output} />}
      <Title order={3}>Parameters</Title>
      {version.hyperparameters.length === 0 ? (
        <Text c="dimmed">It has none.</Text>
      ) : (
        <section className="scroll" tabIndex={0} aria-label={`Parameters of ${version.taskName}`}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Type</Table.Th>
                <Table.Th>Allowed</Table.Th>
                <Table.Th>Default</Table.Th>
                <Table.Th>Meaning</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {version.hyperparameters.map((parameter) => (
                <Table.Tr key={parameter.name}>
                  <Table.Th scope="row">{parameter.name}</Table.Th>
                  <Table.Td>{parameter.type}</Table.Td>
                  <Table.Td>{allowed(parameter)}</Table.Td>
                  <Table.Td>{parameter.default === undefined ? '–' : String(parameter.default)}</Table.Td>
                  <Table.Td>
                    {[parameter.title, parameter.description].filter((words) => words !== undefined).join('. ')}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </Stack>
  )
}

const Rules = ({ title, rules }: { readonly title: string; readonly rules: readonly Rule[] }) => (
  <div>
    <Title order={3}>{title}</Title>
    <List size="sm">
      {rules.map((rule) => (
        <List.Item key={wordsOf(rule)}>{wordsOf(rule)}</List.Item>
      ))}
    </List>
  </div>
)

const allowed = (parameter: Parameter): string => {
  switch (parameter.type) {
    case 'int':
    case 'float':
      return `${parameter.min ?? '−∞'} to ${parameter.max ?? '∞'}`
    case 'select':
      return parameter.values.join(', ')
    case 'multi':
      return Object.keys(parameter.values).join(', ')
    case 'boolean':
      return 'true, false'
    case 'string':
      return 'any text'
  }
}
