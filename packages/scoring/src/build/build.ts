import { scoringError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { Model } from '../model/model.ts'
import type { CallNode, Value } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import { type Instance, instanceOf } from '../python/instance.ts'
import { callOf } from '../python/names.ts'
import { itemsOf, pairsOf } from '../python/values.ts'
import type { BuildContext } from './family.ts'
import { registry } from './registry.ts'

/** The neutral model of an audited pickle's object. An object that is used twice is built once. */
export const buildModel = (root: Value, limits: Limits, withCover = false): Model => {
  const built = new Map<CallNode, Model | 'in progress'>()
  const build = (instance: Instance): Model => {
    const known = built.get(instance.node)
    if (known === 'in progress')
      throw scoringError('model.cycle', { name: instance.className, offset: instance.node.offset })
    if (known !== undefined) return known
    built.set(instance.node, 'in progress')
    const model = buildInstance(instance, context)
    built.set(instance.node, model)
    return model
  }
  const context: BuildContext = {
    limits,
    withCover,
    build,
    buildValue: (value, owner, attribute) => {
      const instance = instanceOf(value, limits)
      if (instance === undefined) throw owner.wrong(attribute, 'a fitted object')
      return build(instance)
    },
  }
  return build(findModel(root, limits))
}

const buildInstance = (instance: Instance, context: BuildContext): Model => {
  const entry = registry.get(instance.key)
  const name = `${instance.module}.${instance.className}`
  if (entry === undefined) throw scoringError('model.none', { found: `an object of ${name}` })
  if ('unsupported' in entry) throw scoringError('model.class', { name, why: entry.unsupported })
  return entry.build(instance, context)
}

const isModel = (instance: Instance | undefined): instance is Instance =>
  instance !== undefined && registry.has(instance.key)

/** The one model in a file: the object itself, or the only one in a list or dict of them and other data. */
export const findModel = (root: Value, limits: Limits): Instance => {
  const instance = instanceOf(root, limits)
  if (instance !== undefined) return instance
  const parts = itemsOf(root) ?? pairsOf(root)?.map(([, value]) => value)
  const calls = (parts ?? []).filter((part) => callOf(part) !== undefined)
  const models = calls.map((part) => instanceOf(part, limits)).filter(isModel)
  const [only] = models
  if (only === undefined) throw scoringError('model.none', { found: describe(root) })
  if (models.length > 1) throw scoringError('model.several', { found: models.map(({ className }) => className) })
  return only
}
