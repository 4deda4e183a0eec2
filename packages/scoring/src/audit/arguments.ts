import type { CallNode, Value } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import { canonicalName, globalOf } from '../python/names.ts'
import { bytesOf, itemsOf } from '../python/values.ts'
import { isUniversalFunction } from './universal-functions.ts'

/** Why these arguments of an allowed callable are not; undefined where they are. */
export type ArgumentJudge = (call: CallNode, isClass: (value: Value | undefined) => boolean) => string | undefined

/** `_ufunc_reconstruct(module, name)` imports and looks up whatever it is told. */
export const judgeUniversalFunction: ArgumentJudge = ({ args: [module, name] }) =>
  typeof module === 'string' && typeof name === 'string' && isUniversalFunction(module, name)
    ? undefined
    : `it would import ${describe(module ?? null)} and take ${describe(name ?? null)} from it`

/** Bytes of protocols 0 to 2 are `encode(text, 'latin1')`; another codec may be anything. */
export const judgeEncode: ArgumentJudge = ({ args: [text, codec] }) =>
  typeof text === 'string' && (codec === 'latin1' || codec === 'latin-1')
    ? undefined
    : `it encodes ${describe(text ?? null)} with the codec ${describe(codec ?? null)}`

/** `_reconstructor(class, object, None)` and `__newobj__(class, …)` make an instance of their first argument. */
export const judgeClassFirst: ArgumentJudge = ({ args: [made] }, isClass) =>
  isClass(made) ? undefined : `it makes an instance of ${describe(made ?? null)}`

/** The factory of a defaultdict is called for every key that is missing. */
export const judgeFactory: ArgumentJudge = ({ args: [factory] }) => {
  const name = globalOf(factory ?? null)
  if (factory === undefined || factory === null) return undefined
  return name !== undefined &&
    /^(builtins (int|float|str|list|dict|set)|collections OrderedDict)$/.test(canonicalName(name))
    ? undefined
    : `it would call ${describe(factory)} for missing keys`
}

/** Calls that only copy what they are given. */
export const judgePlainData: ArgumentJudge = ({ args }) => {
  const bad = args.find((value) => !isPlain(value))
  return bad === undefined ? undefined : `its argument is ${describe(bad)}`
}

const isPlain = (value: Value): boolean =>
  typeof value !== 'object' ||
  value === null ||
  value.kind === 'float' ||
  value.kind === 'bytes' ||
  itemsOf(value) !== undefined ||
  bytesOf(value) !== undefined
