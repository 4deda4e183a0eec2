import { List, Stack, Text, Title } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { type Hyperparameter, isTransform } from '@modelsmith/domain'
import { DataTable } from '../../ui/data-table.tsx'
import { rangeWords } from '../blueprints/index.ts'
import { schemaWords } from './task-words.ts'

/** What a task takes, gives, and lets one set. */
export const Schema = ({ version }: { readonly version: TaskVersion }) => {
  const { taskName: name, targetTypes, typeSchema, hyperparameters, predictionParameters } = version
  const { input, output } = schemaWords({ name, targetTypes, typeSchema })
  return (
    <Stack>
      <Rules title="Input" words={input} />
      {isTransform(version) ? (
        <Rules title="Output" words={output} />
      ) : (
        <Rules title="Output" words={[`Predictions: ${targetTypes.join(', ')}`]} />
      )}
      <Parameters title="Parameters" rows={hyperparameters} none="This task has no parameters." />
      {predictionParameters.length === 0 ? null : (
        <Parameters title="Prediction parameters" rows={predictionParameters} none="" />
      )}
    </Stack>
  )
}

type ParametersProps = { readonly title: string; readonly rows: readonly Hyperparameter[]; readonly none: string }

const Parameters = ({ title, rows, none }: ParametersProps) => (
  <Stack gap="sm">
    <Title order={2}>{title}</Title>
    <DataTable
      label={title}
      search={false}
      rows={rows}
      rowKey={(parameter) => parameter.name}
      empty={<Text c="dimmed">{none}</Text>}
      columns={[
        { key: 'title', title: 'Parameter', cell: (parameter) => parameter.title ?? parameter.name },
        { key: 'name', title: 'Name in code', cell: (parameter) => <code>{parameter.name}</code> },
        { key: 'range', title: 'Allowed', wide: true, cell: rangeWords },
        { key: 'default', title: 'Default', cell: (parameter) => String(parameter.default ?? '–') },
        { key: 'words', title: 'Help', wide: true, cell: ({ description = '–' }) => description },
      ]}
    />
  </Stack>
)

const Rules = ({ title, words }: { readonly title: string; readonly words: readonly string[] }) => (
  <Stack gap="xs">
    <Title order={2}>{title}</Title>
    <List size="sm">
      {words.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  </Stack>
)
