import type { Finding } from '@modelsmith/table'
import { Check } from 'typebox/value'
import { finding } from '../errors.ts'
import { readYaml } from '../text/yaml.ts'
import { below, check, describe } from '../validate.ts'
import { allows, wordsOfParameter } from './parameters.ts'
import { contradictions } from './rules.ts'
import { Hyperparameter, InputRule, isFunctionType, OutputRule, TaskMetadata } from './schema.ts'

export const metadataFile = 'model-metadata.yaml'

export const metadataLimits = { characters: 64 * 1024, levels: 50, findings: 100 } as const

/** Reads `model-metadata.yaml` (YAML 1.2, strictly): all findings at once, each with its line and column. */
export const parseMetadata = (
  text: string,
): { readonly metadata?: TaskMetadata; readonly findings: readonly Finding[] } => {
  const { value, findings } = readYaml(metadataFile, text, metadataLimits, (found) => [
    ...check(TaskMetadata, found),
    ...checkMeaning(found),
  ])
  return value === undefined ? { findings } : { metadata: value as TaskMetadata, findings }
}

/** What the schema cannot say: defaults, limits, doubled names, rules that exclude each other. */
const checkMeaning = (value: unknown): Finding[] => {
  const metadata = asObject(value)
  const typeSchema = asObject(metadata['typeSchema'])
  return [
    ...checkParameters(metadata['hyperparameters'], '/hyperparameters'),
    ...checkParameters(metadata['predictionParameters'], '/predictionParameters'),
    ...checkNames(metadata['inputs'], '/inputs', 'Input'),
    ...checkNames(metadata['outputs'], '/outputs', 'Output'),
    ...checkRules(typeSchema['input_requirements'], InputRule, 'input_requirements'),
    ...checkRules(typeSchema['output_requirements'], OutputRule, 'output_requirements'),
    ...checkTargetTypes(metadata['targetType']),
    ...checkFunction(metadata),
  ]
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Doubled names, limits that cross, defaults that their own declaration refuses. */
export const checkParameters = (list: unknown, pointer: string): Finding[] => [
  ...checkNames(list, pointer, 'Parameter'),
  ...asList(list).flatMap((item, index) =>
    Check(Hyperparameter, item) ? checkParameter(item, below(pointer, String(index))) : [],
  ),
]

const checkParameter = (parameter: Hyperparameter, pointer: string): Finding[] => {
  const { name, default: preset } = parameter
  const limits =
    parameter.type === 'multi'
      ? [parameter.values.int, parameter.values.float]
      : parameter.type === 'int' || parameter.type === 'float'
        ? [parameter]
        : []
  const crossed = limits.flatMap((limit) =>
    limit?.min !== undefined && limit.max !== undefined && limit.min > limit.max
      ? [finding('metadata.limits', { name, min: limit.min, max: limit.max }, { place: { pointer } })]
      : [],
  )
  if (crossed.length > 0 || preset === undefined || allows(parameter, preset)) return crossed
  return [
    finding(
      'metadata.default',
      { name, expected: wordsOfParameter(parameter), found: describe(preset) },
      { place: { pointer: below(pointer, 'default') } },
    ),
  ]
}

export const checkNames = (list: unknown, pointer: string, what: string): Finding[] => {
  const names = asList(list).map((item) => asObject(item)['name'])
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index
      ? [finding('metadata.duplicate', { what, name }, { place: { pointer: `${pointer}/${index}/name` } })]
      : [],
  )
}

const checkRules = (rules: unknown, schema: typeof InputRule | typeof OutputRule, list: string): Finding[] =>
  contradictions(asList(rules).filter((rule): rule is InputRule | OutputRule => Check(schema, rule))).map((field) =>
    finding('metadata.contradiction', { list, field }, { place: { pointer: `/typeSchema/${list}` } }),
  )

/** Of a function: what it is given has the names of its first arguments, so no parameter has; an evaluation says what it gives. */
const checkFunction = (metadata: Readonly<Record<string, unknown>>): Finding[] => {
  const [type] = [metadata['targetType']].flat()
  const given: readonly string[] = type === 'split' ? ['data'] : ['actual', 'predictions', 'weights']
  return !isFunctionType(type)
    ? []
    : [
        ...asList(metadata['hyperparameters']).flatMap((item, index) => {
          const { name } = asObject(item)
          return typeof name === 'string' && given.includes(name)
            ? [finding('metadata.givenName', { name }, { place: { pointer: `/hyperparameters/${index}/name` } })]
            : []
        }),
        ...(type === 'evaluation' && asList(metadata['metrics']).length === 0
          ? [finding('metadata.noMetrics', {}, { place: { pointer: '/metrics' } })]
          : []),
      ]
}

const checkTargetTypes = (targetType: unknown): Finding[] => {
  const types = asList(targetType)
  return types.length > 1 && types.some((type) => type === 'transform' || isFunctionType(type))
    ? [finding('metadata.targetTypes', {}, { place: { pointer: '/targetType' } })]
    : []
}
