import type { Builder, Family } from '../build/family.ts'
import type { ChainMethod } from '../model/chain.ts'
import { checkedIndices, membersOf } from './members.ts'

const multiOutput: Builder = (instance, context) => ({
  kind: 'multi-output',
  name: instance.className,
  members: membersOf(instance, context),
})

const methods: Readonly<Record<string, ChainMethod>> = {
  predict: 'predict',
  predict_proba: 'predictProba',
  decision_function: 'decisionFunction',
}

const chain: Builder = (instance, context) => {
  const members = membersOf(instance, context)
  const order = checkedIndices(instance.floats('order_', members.length), instance, 'order_', members.length)
  if (new Set(order).size !== order.length) throw instance.wrong('order_', 'each target once')
  // Since 1.5, links may pass on their scores.
  const passes = methods[instance.textOr('chain_method_', 'predict')]
  if (passes === undefined) throw instance.wrong('chain_method_', 'the name of a method')
  return { kind: 'chain', name: instance.className, members, order, passes, hasLogarithms: instance.isSince(1, 3) }
}

const modules = 'sklearn.multioutput'

/** A model for each of several targets. */
export const multioutput: Family = {
  classes: {
    MultiOutputClassifier: { modules, build: multiOutput },
    MultiOutputRegressor: { modules, build: multiOutput },
    ClassifierChain: { modules, build: chain },
    RegressorChain: { modules, build: chain },
  },
}
