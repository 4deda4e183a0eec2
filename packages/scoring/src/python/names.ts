import type { CallNode, GlobalNode, Value } from '../pickle/graph.ts'

/** Modules that were renamed without a change of what they hold: old name → today's. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['numpy.core', 'numpy._core'],
  ['numpy.core.multiarray', 'numpy._core.multiarray'],
  ['numpy.core.numeric', 'numpy._core.numeric'],
  ['sklearn.externals.joblib.numpy_pickle', 'joblib.numpy_pickle'],
])

/** `module name`, with today's module names where only those changed. */
export const canonicalName = ({ module, name }: Pick<GlobalNode, 'module' | 'name'>): string =>
  `${renamed.get(module) ?? module} ${name}`

export const globalOf = (value: Value): GlobalNode | undefined =>
  typeof value === 'object' && value?.kind === 'global' ? value : undefined

/** The canonical name of what a call would call. */
export const calleeOf = ({ callable }: CallNode): string | undefined => {
  const global = globalOf(callable)
  return global === undefined ? undefined : canonicalName(global)
}

export const callOf = (value: Value | undefined): CallNode | undefined =>
  typeof value === 'object' && value?.kind === 'call' ? value : undefined
