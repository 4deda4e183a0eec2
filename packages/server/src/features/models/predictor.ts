import type { Predictor } from '@modelsmith/domain'
import type { Pipeline } from '@modelsmith/runner'

/** Scores as numbers, column by column: what insights ask of a model. */
export const predictorOf =
  (pipeline: Pick<Pipeline, 'predict'>): Predictor =>
  async (rows) => {
    const scores = await pipeline.predict(rows)
    return scores.columns.map((column) => (column.kind === 'float64' ? column.values : new Float64Array(scores.rows)))
  }
