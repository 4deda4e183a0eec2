import { Button, Group, SegmentedControl, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { ExplainRows, Model } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { NumberField } from '../../../ui/number-field.tsx'
import { CellField } from '../cell-field.tsx'

type Row = NonNullable<ExplainRows['values']>[number]
type Order = NonNullable<ExplainRows['order']>
type Source = 'validation' | 'holdout' | 'numbers' | 'values'

const orders: readonly { readonly value: Order; readonly label: string }[] = [
  { value: 'highest', label: 'Highest predictions' },
  { value: 'lowest', label: 'Lowest predictions' },
  { value: 'worst', label: 'Farthest from the truth' },
  { value: 'first', label: 'First rows' },
]

type ExplainFormProps = { readonly model: Model; readonly onJob: (id: string) => void }

/** Which rows to explain: those that stand out, some by their numbers, or one that is typed. */
export const ExplainForm = ({ model, onJob }: ExplainFormProps) => {
  const [source, setSource] = useState<Source>('validation')
  const [order, setOrder] = useState<Order>('highest')
  const [count, setCount] = useState<number | null>(3)
  const [numbers, setNumbers] = useState('')
  const [row, setRow] = useState<Row>({})
  const start = useAction()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const body: ExplainRows =
      source === 'numbers'
        ? { rows: numbersIn(numbers) }
        : source === 'values'
          ? { values: [Object.fromEntries(model.inputs.map(({ name }) => [name, row[name] ?? null]))] }
          : { part: source, order, count: count ?? 1 }
    void start.run(async () => {
      const { job } = await client.call('explainRows', { params: { id: model.id }, body })
      onJob(job.id)
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label="Rows to explain"
          w="fit-content"
          maw="100%"
          data={[
            { value: 'validation', label: 'Validation' },
            ...(model.scores.holdout === null ? [] : [{ value: 'holdout', label: 'Holdout' }]),
            { value: 'numbers', label: 'By number' },
            { value: 'values', label: 'Typed' },
          ]}
          value={source}
          onChange={(chosen) => setSource(chosen as Source)}
        />
        {source === 'values' ? (
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
            {model.inputs.map((input) => (
              <CellField
                key={input.name}
                input={input}
                value={row[input.name] ?? null}
                usual={[]}
                onChange={(value) => setRow({ ...row, [input.name]: value })}
              />
            ))}
          </SimpleGrid>
        ) : source === 'numbers' ? (
          <TextInput
            label="Row numbers"
            description="From 0, as in the out-of-fold predictions; several with commas"
            w={{ base: '100%', xs: 340 }}
            required
            value={numbers}
            onChange={(event) => setNumbers(event.currentTarget.value)}
          />
        ) : (
          <Group align="end">
            <Select
              label="Which"
              w={240}
              allowDeselect={false}
              data={orders.filter(({ value }) => value !== 'worst' || model.targetType !== 'anomaly')}
              value={order}
              onChange={(chosen) => setOrder((chosen ?? 'highest') as Order)}
            />
            <NumberField
              label="How many"
              w={110}
              min={1}
              max={50}
              allowDecimal={false}
              value={count}
              onChange={setCount}
            />
          </Group>
        )}
        <Group>
          <Button type="submit" loading={start.busy}>
            Explain rows
          </Button>
        </Group>
        {start.problem === undefined ? null : <ErrorPanel error={start.problem} />}
      </Stack>
    </form>
  )
}

/** What is no number is left for the server to say. */
const numbersIn = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .map(Number)
