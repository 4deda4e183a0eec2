import { fieldsOf, predictionParametersOf, type Signature, usualConfiguration } from '@modelsmith/domain'
import type { ModelManifest } from '@modelsmith/runner'
import type { Served } from '../hosting/index.ts'

/** What answers: a trained model, or the release of a registered one. */
type Answering = {
  readonly manifest: ModelManifest | null
  readonly hosted: Pick<Served, 'application' | 'outcome' | 'configuration' | 'coded' | 'trained'> | null
}

export const signatureOf = ({ manifest, hosted }: Answering): Signature => {
  if (manifest !== null) {
    const { targetType, target, classes, inputs, nodes } = manifest
    const parameters = predictionParametersOf(nodes).map(({ name }) => name)
    const fields = inputs.map(({ name, type }) => ({ name, type }))
    return { fields, target: target ?? null, targetType, classes, parameters, configuration: usualConfiguration }
  }
  if (hosted === null) throw new Error('A release of nothing.')
  const { application, outcome, configuration = usualConfiguration, coded, trained } = hosted
  return {
    fields: fieldsOf(application),
    target: null,
    targetType: outcome.targetType,
    classes: outcome.classes,
    parameters: ((trained ?? coded)?.parameters ?? []).map(({ name }) => name),
    configuration,
  }
}
