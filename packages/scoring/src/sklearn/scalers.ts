import type { Builder, Family } from '../build/family.ts'
import type { ColumnwiseStep } from '../model/columnwise.ts'

const standard: Builder = (instance) => {
  const steps: ColumnwiseStep[] = []
  if (instance.boolean('with_mean', true)) steps.push({ operation: 'subtract', by: instance.floats('mean_') })
  if (instance.boolean('with_std', true)) steps.push({ operation: 'divide', by: instance.floats('scale_') })
  const columns = steps[0]?.by.length ?? instance.integer('n_features_in_')
  if (steps.some(({ by }) => by.length !== columns)) throw instance.wrong('scale_', `${columns} numbers`)
  return { kind: 'columnwise', name: instance.className, columns, values: 'missing', steps }
}

const modules = 'sklearn.preprocessing.data sklearn.preprocessing._data'

/** Shift and scale each column. */
export const scalers: Family = {
  classes: {
    StandardScaler: { modules, build: standard },
  },
}
