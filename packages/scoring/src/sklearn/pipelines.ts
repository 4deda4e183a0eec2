import type { Builder, Family } from '../build/family.ts'
import type { Model } from '../model/model.ts'
import { itemsOf } from '../python/values.ts'

/** A last step that leaves rows as they are: it transforms, and the steps before it do nothing else. */
const nothing: Model = {
  kind: 'elementwise',
  name: 'passthrough',
  columns: undefined,
  values: 'untouched',
  apply: { type: 'function', name: 'identity' },
}

const pipeline: Builder = (instance, context) => {
  const items = instance.items('steps')
  const steps = items.flatMap((step, index) => {
    const estimator = itemsOf(step)?.[1]
    if (estimator === undefined) throw instance.wrong('steps', 'pairs of a name and an object')
    if (estimator !== null && estimator !== 'passthrough') return [context.buildValue(estimator, instance, 'steps')]
    return index === items.length - 1 ? [nothing] : []
  })
  return { kind: 'pipeline', name: instance.className, steps }
}

/** One object after another. */
export const pipelines: Family = {
  classes: {
    Pipeline: { modules: 'sklearn.pipeline', build: pipeline },
  },
}
