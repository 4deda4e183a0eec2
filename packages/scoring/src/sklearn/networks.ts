import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import type { Layer, NetworkModel } from '../model/network.ts'
import type { Instance } from '../python/instance.ts'
import { arrayOf } from '../numpy/array.ts'
import { float64sOf } from '../numpy/convert.ts'

const network = (instance: Instance, task: NetworkModel['task']): NetworkModel => {
  const layers = layersOf(instance)
  return {
    kind: 'network',
    name: instance.className,
    columns: layers[0]?.weights.rows ?? 0,
    layers,
    activation: choice(instance, 'activation', ['identity', 'logistic', 'tanh', 'relu']),
    outputActivation: choice(instance, 'out_activation_', ['identity', 'logistic', 'softmax']),
    task,
  }
}

const choice = <T extends string>(instance: Instance, attribute: string, choices: readonly T[]): T => {
  const text = instance.text(attribute)
  const found = choices.find((one) => one === text)
  if (found === undefined)
    throw scoringError('model.parameter', { name: instance.className, parameter: attribute, value: text.slice(0, 60) })
  return found
}

/** Each layer's weights fit the outputs of the layer before. */
const layersOf = (instance: Instance): readonly Layer[] => {
  const numbers = (attribute: string) =>
    instance.items(attribute).map((value) => {
      const array = arrayOf(value, instance.limits)
      const values = array === undefined ? undefined : float64sOf(array)
      if (array === undefined || values === undefined) throw instance.wrong(attribute, 'arrays of numbers')
      return { shape: array.shape, values }
    })
  const weights = numbers('coefs_')
  const intercepts = numbers('intercepts_')
  if (weights.length === 0 || weights.length !== intercepts.length)
    throw instance.wrong('coefs_', `as many arrays as intercepts_: ${intercepts.length}`)
  let width = weights[0]?.shape[0]
  return weights.map(({ shape, values }, index) => {
    const [rows, columns] = shape
    const given = intercepts[index]?.values
    if (
      shape.length !== 2 ||
      rows !== width ||
      rows === undefined ||
      columns === undefined ||
      given?.length !== columns
    )
      throw instance.wrong('coefs_', 'matrices that fit one behind the other')
    width = columns
    return { weights: { rows, columns, values }, intercepts: given }
  })
}

const classifier: Builder = (instance) => {
  const classes = instance.labels('classes_')
  const isMultilabel = instance.instance('_label_binarizer').text('y_type_').startsWith('multilabel')
  const model = network(instance, { type: 'classification', classes, isMultilabel })
  const outputs = model.layers.at(-1)?.intercepts.length
  const count = classes.values.length
  if (count < 2 || outputs !== (count === 2 && !isMultilabel ? 1 : count))
    throw instance.wrong('classes_', `classes for ${outputs ?? 0} outputs`)
  return model
}

const regressor: Builder = (instance) => network(instance, { type: 'regression' })

const modules = 'sklearn.neural_network.multilayer_perceptron sklearn.neural_network._multilayer_perceptron'

/** Multi-layer perceptrons. */
export const networks: Family = {
  classes: {
    MLPClassifier: { modules, build: classifier },
    MLPRegressor: { modules, build: regressor },
  },
  parts: [{ use: 'class', names: { 'sklearn.neural_network._stochastic_optimizers': 'SGDOptimizer AdamOptimizer' } }],
}
