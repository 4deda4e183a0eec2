import type { Finding } from '@modelsmith/table'
import type { TargetType } from '../contract/schema.ts'
import { finding } from '../errors.ts'
import { type Application, type Field, fieldsOf } from './application.ts'

/** What a release answers and within what; fixed when it is published. */
export type PublishConfiguration = {
  /** Whether classes come with their probabilities, or alone. */
  readonly probabilities: boolean
  /** The answers that are given, of a model that has several; null for all. */
  readonly outputs: string[] | null
  /** The fields that go unchanged into the answer; null for all that the experiment has. */
  readonly passThrough: string[] | null
  readonly timeoutSeconds: number
  readonly rowsPerRequest: number
  /** Whether deployments that follow the model move to the release at once, or wait for somebody. */
  readonly updatePolicy: 'automatic' | 'manual'
}

export const publishLimits = { timeoutSeconds: 60, rowsPerRequest: 10_000 } as const

/** Everything is served, within the limits of the platform. */
export const usualConfiguration: PublishConfiguration = {
  probabilities: true,
  outputs: null,
  passThrough: null,
  ...publishLimits,
  updatePolicy: 'automatic',
}

type Answers = {
  readonly answer: 'number' | 'label' | 'labelWithProbabilities' | 'outputs'
  readonly outputs: readonly { readonly name: string }[]
}

/** Everything that a configuration names and the candidate does not have. */
export const checkConfiguration = (
  { outputs, passThrough }: Pick<PublishConfiguration, 'outputs' | 'passThrough'>,
  model: Answers,
  application: Pick<Application, 'passThrough'>,
): readonly Finding[] => {
  const known = model.outputs.map(({ name }) => name)
  const fields = application.passThrough.map(({ field }) => field)
  const wrongOutputs = (outputs ?? []).filter((name) => !known.includes(name))
  return [
    ...(outputs === null || model.answer === 'outputs'
      ? wrongOutputs.map((name) => finding('publish.unknownOutput', { name, known }))
      : [finding('publish.noOutputs', {})]),
    ...(passThrough ?? [])
      .filter((field) => !fields.includes(field))
      .map((field) => finding('publish.unknownField', { field })),
  ]
}

/** The application as a release has it: what is not passed on is not taken. */
export const servedApplication = <A extends Application>(
  application: A,
  { passThrough }: Pick<PublishConfiguration, 'passThrough'>,
): A =>
  passThrough === null
    ? application
    : { ...application, passThrough: application.passThrough.filter(({ field }) => passThrough.includes(field)) }

export type Signature = {
  readonly application: Application
  readonly targetType: TargetType
  readonly classes: readonly string[]
  readonly configuration: Pick<PublishConfiguration, 'probabilities' | 'outputs' | 'rowsPerRequest'>
}

/** Why clients of one release would notice that another answers them, in words; nothing where they would not. */
export const signatureChanges = (from: Signature, to: Signature): readonly string[] => {
  const before = new Map(fieldsOf(from.application).map((field) => [field.name, field]))
  const after = fieldsOf(to.application)
  const changes = after.flatMap((field) => changeOf(before.get(field.name), field))
  // A row with a field that is not known is refused.
  const gone = [...before.keys()].filter((name) => !after.some((field) => field.name === name))
  const classes = [from, to].map((each) => JSON.stringify(each.classes.toSorted()))
  return [
    ...changes,
    ...gone.map((name) => `It knows no field "${name}".`),
    ...(from.targetType === to.targetType ? [] : [`It answers ${to.targetType} in place of ${from.targetType}.`]),
    ...(classes[0] === classes[1] ? [] : ['It tells other classes apart.']),
    ...fewerAnswers(from.configuration, to.configuration),
  ]
}

const fewerAnswers = (from: Signature['configuration'], to: Signature['configuration']): readonly string[] => {
  const lost =
    to.outputs !== null && (from.outputs === null || from.outputs.some((name) => !to.outputs?.includes(name)))
  return [
    ...(from.probabilities && !to.probabilities ? ['It answers no probabilities.'] : []),
    ...(lost ? [`Of its outputs it answers only ${to.outputs?.join(', ')}.`] : []),
    ...(to.rowsPerRequest < from.rowsPerRequest
      ? [`It takes ${to.rowsPerRequest} rows in a request in place of ${from.rowsPerRequest}.`]
      : []),
  ]
}

const changeOf = (before: Field | undefined, { name, type }: Field): readonly string[] => {
  if (before === undefined) return [`It needs the field "${name}" too.`]
  return before.type === type ? [] : [`It takes "${name}" as ${type} in place of ${before.type}.`]
}
