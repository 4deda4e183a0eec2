import type { Finding } from '@modelsmith/table'
import Type, { type Static } from 'typebox'
import { checkNames, checkParameters } from '../contract/metadata.ts'
import { Hyperparameter } from '../contract/schema.ts'
import { finding } from '../errors.ts'
import { type AlgorithmInput, type AlgorithmInputs, type Application, fits, type InputKind } from './application.ts'

const strict = { additionalProperties: false } as const
const name = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' })
const description = Type.Optional(Type.String({ maxLength: 1_000 }))

export const inputRoles = ['feature', 'label', 'passThrough'] as const

/** What whoever defines an algorithm says of one of its inputs. */
export const DeclaredInput = Type.Object(
  {
    name,
    type: Type.Enum(['number', 'integer', 'boolean', 'category', 'text']),
    role: Type.Enum(inputRoles, {
      description:
        'feature: read in training and in prediction; label: what it learns, in training only; passThrough: handed on into the answer',
    }),
    description,
  },
  strict,
)
export const DeclaredOutput = Type.Object({ name, type: Type.Enum(['number', 'text']), description }, strict)

/** What an algorithm takes, gives, and may be told; the features stand in the order of the training. */
export const AlgorithmDefinition = Type.Object(
  {
    inputs: Type.Array(DeclaredInput, { minItems: 1, maxItems: 2_000 }),
    variableInput: Type.Union([
      Type.Object({ fewerThan: Type.Integer({ minimum: 2, maximum: 20_000 }) }, strict),
      Type.Null(),
    ]),
    outputs: Type.Array(DeclaredOutput, { minItems: 1, maxItems: 2_000 }),
    trainingParameters: Type.Array(Hyperparameter, { maxItems: 500 }),
    predictionParameters: Type.Array(Hyperparameter, { maxItems: 500 }),
  },
  strict,
)
export type AlgorithmDefinition = Static<typeof AlgorithmDefinition>
type Inputs = Pick<AlgorithmDefinition, 'inputs' | 'variableInput'>

/** What the schema of a definition cannot say: doubled names, parameters whose defaults they refuse themselves, nothing to read. */
export const checkDefinition = ({
  inputs,
  outputs,
  trainingParameters,
  predictionParameters,
}: AlgorithmDefinition): readonly Finding[] => [
  ...checkNames(inputs, '/inputs', 'Input'),
  ...checkNames(outputs, '/outputs', 'Output'),
  ...checkParameters(trainingParameters, '/trainingParameters'),
  ...checkParameters(predictionParameters, '/predictionParameters'),
  ...(inputs.some(({ role }) => role === 'feature')
    ? []
    : [finding('algorithm.noFeature', {}, { place: { pointer: '/inputs' } })]),
]

const featuresOf = ({ inputs }: Pick<Inputs, 'inputs'>) => inputs.filter(({ role }) => role === 'feature')

const kinds: Readonly<Record<Inputs['inputs'][number]['type'], InputKind>> = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  category: 'text',
  text: 'text',
}

/** The feature that a definition declares for an input of a file: by its name where the file has names, else by its place. */
const declaredFor = (definition: Pick<Inputs, 'inputs'>, { name: own, isNamed, place }: AlgorithmInput) => {
  const features = featuresOf(definition)
  return isNamed ? features.find((each) => each.name === own) : features[place]
}

/** The inputs of a file under the names of a definition, in their order; those that it does not declare keep their own. */
export const declaredInputs = <M extends AlgorithmInputs>(own: M, definition: Inputs | undefined): M => {
  if (definition === undefined) return own
  const { variableInput } = definition
  if (own.isVariable && own.inputs.length === 0) {
    const inputs = featuresOf(definition).map(
      (each, place): AlgorithmInput => ({ name: each.name, kind: kinds[each.type], isNamed: true, place }),
    )
    const limit = variableInput === null ? {} : { fewerThan: variableInput.fewerThan }
    return { ...own, inputs, width: inputs.length, isVariable: variableInput !== null, ...limit }
  }
  const inputs = own.inputs.map((input): AlgorithmInput => {
    const declared = declaredFor(definition, input)
    return declared === undefined ? input : { ...input, name: declared.name, isNamed: true }
  })
  return { ...own, inputs }
}

/** An application as the file itself calls its inputs. */
export const ownApplication = (
  own: AlgorithmInputs,
  definition: Inputs | undefined,
  application: Application,
): Application => {
  const declared = declaredInputs(own, definition).inputs
  const names = new Map(declared.map((each, at) => [each.name, own.inputs[at]?.name ?? each.name]))
  return {
    ...application,
    inputs: application.inputs.map((each) => ({ ...each, input: names.get(each.input) ?? each.input })),
  }
}

/** What keeps a file from being scored as a definition says, at once. `answers`: the names of what the file gives; none where nobody knows. */
export const checkAgainstFile = (
  own: AlgorithmInputs,
  answers: readonly string[],
  definition: AlgorithmDefinition,
): readonly Finding[] => {
  const findings: Finding[] = []
  const features = featuresOf(definition)
  const isFree = own.isVariable && own.inputs.length === 0
  const used = new Set<string>()
  let further = 0
  for (const input of own.inputs) {
    const declared = declaredFor(definition, input)
    if (declared === undefined) further++
    else {
      used.add(declared.name)
      if (!fits(input.kind, declared.type))
        findings.push(
          finding(
            'algorithm.inputType',
            { input: declared.name, type: declared.type, kind: input.kind },
            at(definition, declared.name),
          ),
        )
    }
  }
  if (!isFree) {
    const areNamed = own.inputs.some(({ isNamed }) => isNamed)
    // A column of the training that the file does not read is declared none the less.
    const missing = features.filter((each, place) => !used.has(each.name) && (areNamed || place >= own.width))
    for (const { name: input } of missing)
      findings.push(finding('algorithm.inputMissing', { input }, at(definition, input)))
    const most = definition.variableInput === null ? 0 : definition.variableInput.fewerThan - 1
    if (further > most)
      findings.push(finding('algorithm.furtherInputs', { further, most }, { place: { pointer: '/variableInput' } }))
  }
  for (const [index, { name: output }] of definition.outputs.entries())
    if (answers.length > 0 && !answers.includes(output))
      findings.push(finding('algorithm.output', { output, answers }, { place: { pointer: `/outputs/${index}/name` } }))
  return findings
}

const at = ({ inputs }: Pick<Inputs, 'inputs'>, input: string) => ({
  place: { pointer: `/inputs/${inputs.findIndex((each) => each.name === input)}` },
})

/** The fields that an application hands on because the algorithm says so. */
export const passedThroughBy = ({ inputs }: Pick<Inputs, 'inputs'>): Application['passThrough'] =>
  inputs.filter(({ role }) => role === 'passThrough').map(({ name: field, type }) => ({ field, type }))
