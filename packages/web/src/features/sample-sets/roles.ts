import type { SampleSet } from '@modelsmith/api'
import type { SampleRole } from '@modelsmith/domain'

/** What each role means, in a few words. */
export const roleWords: Readonly<Record<SampleRole, string>> = {
  feature: 'Feature',
  label: 'Label',
  weight: 'Row weight',
  group: 'Group, stays together',
  time: 'Time, orders the rows',
}

export const namesOf = (fields: SampleSet['fields'], role: SampleRole): string =>
  fields
    .filter((field) => field.role === role)
    .map(({ name }) => name)
    .join(', ')
