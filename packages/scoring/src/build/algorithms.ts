import { libraryOf } from '../file/library.ts'
import { sparkClasses } from '../spark/registry.ts'
import { registry } from './registry.ts'

/** A class that is scored natively, whatever module it has lived in. */
export type NativeAlgorithm = {
  readonly id: string
  readonly library: string
  readonly name: string
  readonly modules: readonly string[]
}

const isSpark = (module: string): boolean => /^(org\.apache\.spark|pyspark)\./.test(module)

/** One name for a class in all versions of its library; Spark has classes of one name in its older and its newer part. */
export const algorithmId = (module: string, className: string): string =>
  isSpark(module) ? `${module}.${className}` : `${module.split('.')[0]}.${className}`

const found = new Map<string, NativeAlgorithm>()
const add = (module: string, name: string): void => {
  const id = algorithmId(module, name)
  const library = isSpark(module) ? 'Spark' : libraryOf(module)
  found.set(id, { id, library, name, modules: [...(found.get(id)?.modules ?? []), module] })
}
for (const [key, entry] of registry) {
  const [module = '', name = ''] = key.split(' ')
  if ('build' in entry) add(module, name)
}
for (const className of sparkClasses.keys()) {
  const end = className.lastIndexOf('.')
  add(className.slice(0, end), className.slice(end + 1))
}
// Their own files hold no class.
for (const module of ['lightgbm.basic', 'xgboost.core'])
  if (!found.has(algorithmId(module, 'Booster'))) add(module, 'Booster')

/** Every class that the registry builds, by library and name. */
export const nativeAlgorithms: readonly NativeAlgorithm[] = [...found.values()].toSorted((a, b) =>
  `${a.library} ${a.name}` < `${b.library} ${b.name}` ? -1 : 1,
)
