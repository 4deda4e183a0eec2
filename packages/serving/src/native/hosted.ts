import type { Application } from '@modelsmith/api'
import { predictionParametersFor } from '@modelsmith/runner'
import type { Scorer } from '../scorer.ts'
import { askApart, type ReadingLimits } from './apart.ts'
import { nativeModel } from './native-model.ts'

/** A model file as the prediction process has it: read in a child, scored here. */
export const openHosted = async (path: string, application: Application, limits: ReadingLimits): Promise<Scorer> => {
  const opened = await askApart<'open'>({ kind: 'open', path }, limits)
  const { inputs, predict } = nativeModel(opened, application)
  const end = Promise.withResolvers<string>()
  return {
    inputs,
    predict: (rows, parameters) => {
      predictionParametersFor([], parameters)
      return predict(rows)
    },
    close: async () => end.resolve('It was closed.'),
    ended: end.promise,
  }
}
