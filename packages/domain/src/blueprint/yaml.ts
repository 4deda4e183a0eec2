import type { Finding } from '@modelsmith/table'
import Type, { type Static } from 'typebox'
import { Document, isCollection, isScalar, visit } from 'yaml'
import { readYaml } from '../text/yaml.ts'
import { check } from '../validate.ts'
import { BlueprintGraph } from './schema.ts'

/** What a blueprint is called where it is text. */
export const blueprintFile = 'blueprint.yaml'

/** A graph of 200 tasks takes a third of it; what wants to make reading slow cannot take long. */
export const blueprintFileLimits = { characters: 128 * 1024, levels: 20, findings: 100 } as const

/** What is written by people of a blueprint. */
export const BlueprintText = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    graph: BlueprintGraph,
  },
  { additionalProperties: false },
)
export type BlueprintText = Static<typeof BlueprintText>

/** Reads what `writeBlueprint` wrote, or what a person did: all findings at once, each with its line and column. */
export const readBlueprint = (
  text: string,
): { readonly blueprint?: BlueprintText; readonly findings: readonly Finding[] } => {
  const { value, findings } = readYaml(blueprintFile, text, blueprintFileLimits, (found) => check(BlueprintText, found))
  return value === undefined ? { findings } : { blueprint: value as BlueprintText, findings }
}

/**
 * A blueprint as YAML that reads well beside others in git: keys in one order, a line for each input and for each column that is
 * named. What `titleOf` says of a task version stands beside it as a comment.
 */
export const writeBlueprint = (
  { name, description = '', graph }: BlueprintText,
  titleOf: (taskVersion: string) => string | undefined = () => undefined,
): string => {
  const nodes = graph.nodes.map(({ id, taskVersion, parameters, inputs, position }) => ({
    id,
    taskVersion,
    ...(parameters === undefined ? {} : { parameters }),
    inputs,
    ...(position === undefined ? {} : { position }),
  }))
  const text = { name, ...(description === '' ? {} : { description }), graph: { nodes } }
  // A list that several inputs hold is written out for each; `no` and `on` are quoted for readers of YAML 1.1, such as PyYAML.
  const document = new Document(text, { aliasDuplicateObjects: false, version: '1.2', compat: 'yaml-1.1' })
  visit(document, {
    Pair: (_, { key, value }) => {
      const isShort = isScalar(key) && (key.value === 'position' || key.value === 'dataTypes')
      if (isShort && isCollection(value)) value.flow = true
      if (isScalar(key) && key.value === 'taskVersion' && isScalar(value)) {
        const title = titleOf(String(value.value))
        if (title !== undefined) value.comment = ` ${title.replace(/\s+/g, ' ')}`
      }
      // A column of any name is no key of ours.
      return isScalar(key) && key.value === 'parameters' ? visit.SKIP : undefined
    },
    Map: (_, map) => {
      if (map.has('from') && !map.has('columns')) map.flow = true
    },
  })
  return document.toString({ lineWidth: 100 })
}
