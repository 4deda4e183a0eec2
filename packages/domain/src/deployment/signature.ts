import type { Finding } from '@modelsmith/table'
import type { TargetType } from '../contract/schema.ts'
import { finding } from '../errors.ts'
import type { Field } from '../hosting/application.ts'
import type { PublishConfiguration } from '../hosting/publish.ts'

/** What the clients of a deployment rely on. */
export type Signature = {
  readonly fields: readonly Field[]
  /** Null where a hosted file does not tell. */
  readonly target: string | null
  readonly targetType: TargetType
  readonly classes: readonly string[]
  /** Names of what a request may set. */
  readonly parameters: readonly string[]
  readonly configuration: Pick<PublishConfiguration, 'probabilities' | 'outputs' | 'rowsPerRequest'>
}

/** What clients of one release would notice if another answered them; nothing where they would not. */
export const signatureChanges = (from: Signature, to: Signature): readonly Finding[] => {
  const before = new Map(from.fields.map((field) => [field.name, field]))
  const after = new Set(to.fields.map(({ name }) => name))
  return [
    ...to.fields.flatMap((field) => changeOf(before.get(field.name), field)),
    // A row with a field that is not known is refused.
    ...from.fields.filter(({ name }) => !after.has(name)).map(({ name }) => finding('signature.fieldGone', { name })),
    ...answersChanged(from, to),
    ...from.parameters
      .filter((name) => !to.parameters.includes(name))
      .map((name) => finding('signature.parameterGone', { name })),
    ...fewerAnswers(from.configuration, to.configuration),
  ]
}

/** Whether another kind of question is answered: then no client can go on, whatever they are told. */
export const isOfOtherKind = (from: Signature, to: Signature): boolean => from.targetType !== to.targetType

const changeOf = (before: Field | undefined, { name, type }: Field): readonly Finding[] => {
  if (before === undefined) return [finding('signature.fieldNeeded', { name })]
  return before.type === type ? [] : [finding('signature.fieldType', { name, before: before.type, after: type })]
}

const answersChanged = (from: Signature, to: Signature): readonly Finding[] => {
  const targets = [from.target, to.target].filter((target) => target !== null)
  const classes = [from, to].map((each) => JSON.stringify(each.classes.toSorted()))
  return [
    ...(from.targetType === to.targetType
      ? []
      : [finding('signature.targetType', { before: from.targetType, after: to.targetType })]),
    ...(targets.length === 2 && from.target !== to.target
      ? [finding('signature.target', { before: String(from.target), after: String(to.target) })]
      : []),
    ...(classes[0] === classes[1] ? [] : [finding('signature.classes', { before: from.classes, after: to.classes })]),
  ]
}

const fewerAnswers = (from: Signature['configuration'], to: Signature['configuration']): readonly Finding[] => {
  const { outputs } = to
  const lost = outputs !== null && (from.outputs === null || from.outputs.some((name) => !outputs.includes(name)))
  return [
    ...(from.probabilities && !to.probabilities ? [finding('signature.probabilities', {})] : []),
    ...(lost ? [finding('signature.outputs', { outputs })] : []),
    ...(to.rowsPerRequest < from.rowsPerRequest
      ? [finding('signature.rowsPerRequest', { before: from.rowsPerRequest, after: to.rowsPerRequest })]
      : []),
  ]
}
