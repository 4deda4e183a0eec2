import type { Builder, Family } from '../build/family.ts'
import { itemsOf } from '../python/values.ts'

const pipeline: Builder = (instance, context) => {
  const steps = instance.items('steps').flatMap((step) => {
    const estimator = itemsOf(step)?.[1]
    if (estimator === undefined) throw instance.wrong('steps', 'pairs of a name and an object')
    return estimator === null || estimator === 'passthrough' ? [] : [context.buildValue(estimator, instance, 'steps')]
  })
  return { kind: 'pipeline', name: instance.className, steps }
}

/** One object after another. */
export const pipelines: Family = {
  classes: {
    Pipeline: { modules: 'sklearn.pipeline', build: pipeline },
  },
}
