import { Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { wordsOfParameter } from '@modelsmith/domain'
import { NumberField } from '../../ui/number-field.tsx'
import { type DimensionDraft, hasRange, spaceOf } from './draft.ts'

type SpaceFieldsProps = {
  readonly drafts: readonly DimensionDraft[]
  readonly onChange: (drafts: readonly DimensionDraft[]) => void
  /** What the server found wrong, by JSON pointer. */
  readonly problemAt: (pointer: string) => string | undefined
}

/** Which parameters are searched, and among what. */
export const SpaceFields = ({ drafts, onChange, problemAt }: SpaceFieldsProps) => {
  const set = (index: number, change: Partial<DimensionDraft>) =>
    onChange(drafts.map((draft, each) => (each === index ? { ...draft, ...change } : draft)))
  return (
    <Stack gap="md">
      {drafts.map((draft, index) => {
        const place = spaceOf(drafts.slice(0, index)).length
        return (
          <DimensionFields
            key={`${draft.offered.node}.${draft.offered.parameter.name}`}
            draft={draft}
            onChange={(change) => set(index, change)}
            problemAt={(part) => (draft.ticked ? problemAt(`/space/${place}${part}`) : undefined)}
          />
        )
      })}
    </Stack>
  )
}

type DimensionFieldsProps = {
  readonly draft: DimensionDraft
  readonly onChange: (change: Partial<DimensionDraft>) => void
  readonly problemAt: (part: string) => string | undefined
}

const DimensionFields = ({ draft, onChange, problemAt }: DimensionFieldsProps) => {
  const { offered, ticked, kind, low, high, log, values } = draft
  const { parameter, current, node, task } = offered
  const name = parameter.title ?? parameter.name
  const whole = problemAt('')
  return (
    <Group align="flex-start" gap="md" role="group" aria-label={`${name} of ${node}`}>
      <Checkbox
        w={260}
        label={name}
        description={`${task}, ${node}; now ${current === null ? 'not set' : String(current)}; ${wordsOfParameter(parameter)}`}
        checked={ticked}
        onChange={(event) => onChange({ ticked: event.currentTarget.checked })}
      />
      {ticked ? (
        <Group align="flex-start" gap="sm">
          {hasRange(offered) ? (
            <Select
              w={110}
              label="Among"
              data={[
                { value: 'range', label: 'a range' },
                { value: 'values', label: 'values' },
              ]}
              value={kind}
              allowDeselect={false}
              onChange={(chosen) => onChange({ kind: chosen === 'values' ? 'values' : 'range' })}
            />
          ) : null}
          {kind === 'range' ? (
            <>
              <NumberField
                w={120}
                label="From"
                value={low}
                onChange={(value) => onChange({ low: value })}
                error={problemAt('/low')}
              />
              <NumberField
                w={120}
                label="To"
                value={high}
                onChange={(value) => onChange({ high: value })}
                error={problemAt('/high')}
              />
              <Checkbox
                mt={{ base: 0, sm: 30 }}
                label="By factors"
                checked={log}
                onChange={(event) => onChange({ log: event.currentTarget.checked })}
              />
            </>
          ) : (
            <TextInput
              w={260}
              label="Values, with commas between"
              value={values}
              onChange={(event) => onChange({ values: event.currentTarget.value })}
              error={problemAt('/values')}
            />
          )}
        </Group>
      ) : null}
      {whole === undefined ? null : (
        <Text size="sm" c="red">
          {whole}
        </Text>
      )}
    </Group>
  )
}
