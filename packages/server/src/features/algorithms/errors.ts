import { defineErrors } from '@modelsmith/table'

export const { rows: algorithmErrors, error: algorithmError } = defineErrors({
  'algorithm.unknownClass': {
    kind: 'invalid',
    message: ({ id }: { id: string }) => `There is no native algorithm "${id}" that could score it.`,
    hint: () => 'GET /algorithms lists those that there are.',
  },
  'algorithm.oneScorer': {
    kind: 'invalid',
    message: ({ both }: { both: boolean }) =>
      both
        ? 'An algorithm is scored as a native class or answered for by code, not both.'
        : 'Nothing says what answers for the files of the algorithm.',
    hint: () => 'Name either nativeAlgorithm or taskVersionId.',
  },
  'algorithm.predictionParameters': {
    kind: 'invalid',
    message: ({ names }: { names: string }) => `A native class takes no prediction parameters: ${names}.`,
    hint: () => 'Leave them out, or let code answer; what a native class was trained with is in the file.',
  },
  'algorithm.codeOutputs': {
    kind: 'invalid',
    message: ({ task, targetTypes, outputs }: { task: string; targetTypes: string; outputs: string }) =>
      `The task ${task} (${targetTypes}) does not give the outputs ${outputs}.`,
    hint: () =>
      'regression and anomaly give the number prediction; binary and multiclass the text prediction and a number probability_<class> for each class; transform gives columns by their names.',
  },
  'algorithm.wrong': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The definition cannot be used: ${count === 1 ? 'one thing is' : `${count} things are`} wrong in it.`,
    hint: () => 'Each finding says what to do.',
  },
})
