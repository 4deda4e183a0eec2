import {
  type Hyperparameter,
  parameterOfText,
  type ParameterValues,
  predictionParametersOf,
  resolvePredictionParameters,
} from '@modelsmith/domain'
import type { FittedManifest } from '@modelsmith/runner'
import type { ArgsDef } from 'citty'
import { cliError } from '../errors.ts'

/** All values of a flag that takes several, `--flag a b` or `--flag a --flag b`: citty keeps the last only. */
export const valuesOf = (flag: string, rawArgs: readonly string[]): string[] => {
  const values: string[] = []
  let taking = false
  for (const word of rawArgs) {
    if (word === `--${flag}`) taking = true
    else if (word.startsWith(`--${flag}=`)) values.push(word.slice(flag.length + 3))
    else if (word.startsWith('--')) taking = false
    else if (taking) values.push(word)
  }
  return values
}

/** A word that belongs to no flag would be lost without a sound. */
export const refuseStrayWords = (flags: ArgsDef, lists: readonly string[], rawArgs: readonly string[]): void => {
  let before = ''
  let taking = false
  const stray = rawArgs.filter((word) => {
    const flag = before
    before = word
    if (word.startsWith('--')) {
      taking = lists.includes(word.slice(2))
      return false
    }
    const takesOne = flag.startsWith('--') && !flag.includes('=') && flags[flag.slice(2)]?.type !== 'boolean'
    return !taking && !takesOne
  })
  if (stray.length > 0) throw cliError('cli.usage', { problem: `Not understood: ${stray.join(' ')}.` })
}

/** `name=value` pairs as values of the declared types. */
export const readParameters = (pairs: readonly string[], declared: readonly Hyperparameter[]): ParameterValues =>
  Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw cliError('cli.usage', { problem: `"${pair}" is not NAME=VALUE.` })
      const name = pair.slice(0, at)
      return [name, parameterOfText(pair.slice(at + 1), declared.find((each) => each.name === name)?.type)]
    }),
  )

/** `name=value` pairs as parameters of a fitted model's predictions. */
export const readPredictionParameters = (pairs: readonly string[], { nodes }: FittedManifest): ParameterValues => {
  const given = readParameters(pairs, predictionParametersOf(nodes))
  const { findings } = resolvePredictionParameters(nodes, given)
  if (findings.length === 0) return given
  throw cliError('cli.usage', { problem: 'The prediction parameters are not what the model declares.' }, { findings })
}

/** Citty lets unknown flags pass; a misspelt flag must not be ignored. */
export const refuseUnknown = (flags: ArgsDef, rawArgs: readonly string[]): void => {
  const known = new Set(Object.keys(flags).flatMap((name) => [`--${name}`, `--no-${name}`]))
  const unknown = rawArgs
    .map((word) => word.split('=')[0] ?? '')
    .filter((word) => word.startsWith('--') && !known.has(word))
  if (unknown.length > 0) throw cliError('cli.usage', { problem: `Unknown: ${unknown.join(', ')}.` })
}
