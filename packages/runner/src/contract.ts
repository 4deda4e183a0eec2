import { isError } from '@modelsmith/domain'
import type { Finding } from '@modelsmith/table'
import { runnerError } from './errors.ts'
import { located } from './last-words.ts'
import type { HookPlace } from './types.ts'

/** Throws what is wrong with the output of a hook, all at once, with the place of the hook. */
export const refuseOutput = ({ name, ...place }: HookPlace, all: readonly Finding[]): void => {
  const findings = all.filter(isError)
  const [first] = findings
  if (first === undefined) return
  const problems = findings.map(({ message }) => message).join(' ')
  throw located(runnerError('task.contract', { hook: name, problems, advice: first.hint }, { findings }), place)
}
