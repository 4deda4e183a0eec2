import type { Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'
import type { Application } from './application.ts'

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
