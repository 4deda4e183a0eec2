import type { CallNode, GlobalNode, Value } from '../pickle/graph.ts'
import type { Mentions } from '../pickle/machine.ts'
import { canonicalName, globalOf } from '../python/names.ts'
import type { Allowed } from './allowed.ts'
import { whyDangerous } from './dangerous.ts'

/** One name, or use of a name, for which a file is refused. */
export type AuditFinding = {
  /** Byte of the pickle stream (after decompression). */
  readonly offset: number
  readonly module: string
  readonly name: string
  readonly judgement: 'dangerous' | 'unknown'
  readonly why: string
}

/** The allow-list: what a name, written `module name` with today's module names, may be used for. */
export type AllowList = { readonly get: (name: string) => Allowed | undefined }

/** Judges everything that a pickle names, also what it drops again. An empty list means that loading only makes data. */
export const audit = ({ globals, calls, foreign }: Mentions, allowList: AllowList): readonly AuditFinding[] => {
  const findings: AuditFinding[] = []
  const lookUp = (global: GlobalNode): Allowed | undefined => allowList.get(canonicalName(global))
  // A name outside the list is a finding by itself, whoever makes an instance of it.
  const isClass = (value: Value | undefined): boolean => {
    const global = globalOf(value ?? null)
    if (global === undefined) return false
    const allowed = lookUp(global)
    return allowed === undefined || allowed.use === 'class'
  }

  for (const global of globals) {
    const { module, name, offset, changedAt } = global
    if (lookUp(global) === undefined) {
      const danger = whyDangerous(module, name)
      findings.push({
        offset,
        module,
        name,
        judgement: danger === undefined ? 'unknown' : 'dangerous',
        why: danger ?? whyUnknown(module),
      })
    }
    if (changedAt !== undefined)
      findings.push({
        offset: changedAt,
        module,
        name,
        judgement: 'dangerous',
        why: 'it is changed itself, for all who use it',
      })
  }
  for (const call of calls) {
    const finding = judgeCall(call, lookUp, isClass)
    if (finding !== undefined) findings.push(finding)
  }
  for (const { what, offset } of foreign)
    findings.push({
      offset,
      module: '',
      name: what,
      judgement: 'unknown',
      why: 'only the program that wrote the file could say what it stands for',
    })
  return findings.sort((a, b) => a.offset - b.offset)
}

const judgeCall = (
  call: CallNode,
  lookUp: (global: GlobalNode) => Allowed | undefined,
  isClass: (value: Value | undefined) => boolean,
): AuditFinding | undefined => {
  const global = globalOf(call.callable)
  const { offset } = call
  if (global === undefined) {
    const origin = originOf(call)
    // What an unknown name makes is reported with that name.
    if (origin === undefined || lookUp(origin) === undefined) return undefined
    const { module, name } = origin
    return { offset, module, name, judgement: 'dangerous', why: 'what it makes is called in turn' }
  }
  const allowed = lookUp(global)
  if (allowed === undefined) return undefined
  const { module, name } = global
  if (allowed.use === 'reference')
    return { offset, module, name, judgement: 'dangerous', why: 'it may be named, but no model calls it' }
  const why = allowed.judge?.(call, isClass)
  return why === undefined ? undefined : { offset, module, name, judgement: 'dangerous', why }
}

const originOf = (call: CallNode): GlobalNode | undefined => {
  let value: Value = call
  while (typeof value === 'object' && value?.kind === 'call') value = value.callable
  return globalOf(value)
}

const whyUnknown = (module: string): string => {
  const packageName = module.split('.')[0]
  if (packageName === '__main__') return 'it was defined in the program that saved the model'
  if (packageName === 'cloudpickle' || packageName === 'dill') return 'it holds Python code'
  return 'it is not on the list of classes that are read natively'
}
