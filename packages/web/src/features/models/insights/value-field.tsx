import { Stack } from '@mantine/core'
import type { Explanation, Model } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import type { InputHint } from '@modelsmith/scoring'
import { formatValue } from '../../../ui/format.ts'
import { CellField } from '../cell-field.tsx'

type Value = Explanation['values'][number]

type ValueFieldProps = {
  readonly input: Model['inputs'][number]
  /** The row's value, and the one that stands here now. */
  readonly own: Value
  readonly value: Value
  /** What the model tells of the column. */
  readonly hint: InputHint
  readonly onChange: (value: Value) => void
}

/** A value to type or choose; a number of which the model tells where it usually lies has a slider too. */
export const ValueField = ({ input, own, value, hint, onChange }: ValueFieldProps) => {
  const { name } = input
  const isMasked = value === mask
  const range = rangeOf(input, own, hint)
  const usual = (hint.values ?? []).flatMap((each) => (typeof each === 'string' && each !== missing ? [each] : []))
  return (
    <Stack gap={6}>
      <CellField
        input={input}
        value={isMasked ? null : value}
        usual={isMasked ? [mask, ...usual] : usual}
        onChange={onChange}
      />
      {range === undefined ? null : (
        <input
          type="range"
          className="range"
          aria-label={`Slide ${name}`}
          aria-valuetext={typeof value === 'number' ? formatValue(value) : 'missing'}
          {...range}
          value={typeof value === 'number' ? value : range.min}
          onChange={(event) => onChange(Number(Number(event.currentTarget.value).toPrecision(12)))}
        />
      )}
    </Stack>
  )
}

/** What stands for a missing category in a model. */
const missing = '(missing)'

const steps = 200

/** From the lowest to the highest usual number, in steps of a round size, with room for the row's own. */
const rangeOf = ({ type }: Model['inputs'][number], own: Value, { low, high }: InputHint) => {
  if ((type !== 'number' && type !== 'integer') || low === undefined || high === undefined) return undefined
  const [from, to] = typeof own === 'number' ? [Math.min(low, own), Math.max(high, own)] : [low, high]
  if (!(to > from)) return undefined
  const size = 10 ** Math.floor(Math.log10((to - from) / steps))
  const step = type === 'integer' ? Math.max(1, Math.round(size)) : size
  return { min: Math.floor(from / step) * step, max: Math.ceil(to / step) * step, step }
}
