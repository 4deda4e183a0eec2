import type { Builder, Family } from '../build/family.ts'
import { scoringError } from '../errors.ts'
import { membersOf, severalClasses } from './members.ts'

const oneVsRest: Builder = (instance, context) => {
  const binarizer = instance.instance('label_binarizer_')
  const classes = severalClasses(binarizer)
  const members = membersOf(instance, context)
  const isMultilabel = binarizer.text('y_type_').startsWith('multilabel')
  const count = classes.values.length
  if (members.length !== (count === 2 && !isMultilabel ? 1 : count))
    throw instance.wrong('estimators_', `objects for ${count} classes`)
  return {
    kind: 'one-vs-rest',
    name: instance.className,
    members,
    classes,
    isMultilabel,
    prefersFirst: instance.isSince(1, 8),
    keepsZeros: instance.isSince(1, 7),
  }
}

const oneVsOne: Builder = (instance, context) => {
  const { className: name } = instance
  if (instance.get('pairwise_indices_') !== undefined)
    throw scoringError('model.parameter', { name, parameter: 'pairwise_indices_', value: 'rows of a kernel matrix' })
  const classes = severalClasses(instance)
  const members = membersOf(instance, context)
  const count = classes.values.length
  if (members.length !== (count * (count - 1)) / 2)
    throw instance.wrong('estimators_', `objects for the pairs of ${count} classes`)
  // Before 1.1, two classes are parted at zero whatever the scores are.
  const threshold = instance.isSince(1, 1) ? undefined : 0
  return { kind: 'one-vs-one', name, members, classes, threshold, scalesByBatch: !instance.isSince(0, 21) }
}

const outputCode: Builder = (instance, context) => {
  const classes = severalClasses(instance)
  const members = membersOf(instance, context)
  const codes = instance.floats('code_book_', classes.values.length * members.length)
  return { kind: 'output-code', name: instance.className, members, classes, codes }
}

/** What stands for a class that no row, or every row, of the training data had. */
const constantPredictor: Builder = (instance) => {
  const value = instance.number('y_')
  return {
    kind: 'constant',
    name: instance.className,
    task: {
      type: 'classification',
      targets: [
        {
          classes: { type: 'integer', values: [0, 1] },
          predicted: value === 0 ? 0 : 1,
          probabilities: Float64Array.of(1 - value, value),
        },
      ],
      isVector: true,
      score: value,
    },
  }
}

const modules = 'sklearn.multiclass'

/** Classifiers of many classes made of classifiers of two. */
export const multiclass: Family = {
  classes: {
    OneVsRestClassifier: { modules, build: oneVsRest },
    OneVsOneClassifier: { modules, build: oneVsOne },
    OutputCodeClassifier: { modules, build: outputCode },
    _ConstantPredictor: { modules, build: constantPredictor },
  },
}
