import { defineErrors } from '@modelsmith/table'

export const { rows: projectErrors, error: projectError } = defineErrors({
  'project.target': {
    kind: 'invalid',
    message: ({ problems }: { problems: string }) => `The target cannot be used: ${problems}`,
    hint: () => 'Choose another column or target type.',
  },
  'project.unknownColumn': {
    kind: 'invalid',
    message: ({ names }: { names: string }) => `The dataset has no column ${names}.`,
  },
  'project.sensitive': {
    kind: 'invalid',
    message: ({ columns }: { columns: readonly string[] }) =>
      `Marked as sensitive: ${columns.map((name) => `"${name}"`).join(', ')}. Such a column is a feature or keeps groups together, and nothing else.`,
    hint: () =>
      'What models answer, what rows weigh, and what names or dates the parts, is told to whoever sees the project. Choose another column, or have an editor of the dataset take the mark away.',
  },
  'project.metric': {
    kind: 'invalid',
    message: ({ metric, known }: { metric: string; known: string }) =>
      `The metric "${metric}" does not fit this target; those that do: ${known}.`,
  },
  'project.noTarget': {
    kind: 'invalid',
    message: ({ targetType, positiveClass }: { targetType: string | undefined; positiveClass: string | undefined }) =>
      positiveClass !== undefined
        ? `Without a target there is no class "${positiveClass}".`
        : targetType === undefined
          ? 'There is no target.'
          : `There is no target, and a project of type ${targetType} predicts one.`,
    hint: () => 'Choose the column to predict; or the target type "anomaly", which needs none.',
  },
  'project.noLabels': {
    kind: 'invalid',
    message: ({ metric }: { metric: string }) =>
      `Nothing says which rows are anomalies, so that no metric, and not "${metric}", tells how well they are found.`,
    hint: () => 'Make a project that names a column with labels as its target; no task sees it.',
  },
  'project.rows': {
    kind: 'invalid',
    message: ({ problems }: { problems: string }) => `The rows cannot be used like this: ${problems}`,
  },
  'project.featureList': {
    kind: 'invalid',
    message: ({ name }: { name: string; known: readonly string[] }) => `The project has no feature list "${name}".`,
    hint: ({ known }: { known: readonly string[] }) =>
      known.length === 0 ? 'It has none; left out, all its features are used.' : `Its lists: ${known.join(', ')}.`,
  },
  'project.featureLists': {
    kind: 'invalid',
    message: ({ unknown, twice }: { unknown: readonly string[]; twice: readonly string[] }) =>
      [
        ...(unknown.length > 0 ? [`Not features of the project: ${unknown.join(', ')}.`] : []),
        ...(twice.length > 0 ? [`Two lists have the name ${twice.join(', ')}.`] : []),
      ].join(' '),
    hint: () => 'A list has a name of its own and takes from the features of the project.',
  },
  'project.repository': {
    kind: 'invalid',
    message: ({ id }: { id: string; known: string }) =>
      `The repository has no blueprint "${id}" that fits this target and these columns.`,
    hint: ({ known }: { known: string }) => (known === '' ? 'None fits.' : `Those that fit: ${known}.`),
  },
  'project.parameters': {
    kind: 'invalid',
    message: ({ blueprint, unknown }: { blueprint: string; unknown: readonly string[]; known: readonly string[] }) =>
      `The blueprint "${blueprint}" has no node ${unknown.map((id) => `"${id}"`).join(', ')} to give parameters to.`,
    hint: ({ known }: { blueprint: string; unknown: readonly string[]; known: readonly string[] }) =>
      `Its nodes: ${known.join(', ')}.`,
  },
  'project.noFunction': {
    kind: 'invalid',
    message: ({ task, types, type }: { task: string; types: readonly string[]; type: string }) =>
      `The task ${task} is for ${types.join(', ')}; a function of the type ${type} is needed.`,
    hint: ({ type }: { task: string; types: readonly string[]; type: string }) =>
      `Choose a task whose targetType is ${type}, or write one.`,
  },
  'project.functionParameters': {
    kind: 'invalid',
    message: ({ task, problems }: { task: string; problems: string }) =>
      `The function ${task} cannot be given these parameters: ${problems}`,
  },
  'project.evaluation': {
    kind: 'conflict',
    message: ({ problem }: { problem: string }) => `The evaluation is not added: ${problem}.`,
  },
  'project.functionMissing': {
    kind: 'invalid',
    message: () => 'Rows are to be split by a function, and none is named.',
    hint: () => 'Give partitioning.function: the id of a version of a task whose targetType is split.',
  },
  'project.notSplit': {
    kind: 'unavailable',
    message: ({ seconds }: { seconds: number }) => `The function did not split the rows within ${seconds} seconds.`,
    hint: () => 'Try again: an environment may have been on its way. The jobs page shows whether a worker is at it.',
  },
  'project.allRows': {
    kind: 'conflict',
    message: ({ model, holdout }: { model: string; holdout: number }) =>
      `The model "${model}" has learned from all rows already${holdout === 0 ? ': the project holds none out' : ''}.`,
    hint: () => 'Train another model once more, or deploy this one.',
  },
  'project.features': { kind: 'invalid', message: () => 'There is no feature: every column has another role.' },
  'project.blueprint': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The blueprint cannot be trained: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong with it.`,
    hint: () => 'Each finding names its node and the cure.',
  },
})
