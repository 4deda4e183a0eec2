import type { ParameterValues } from '@modelsmith/domain'
import type { ColumnSchema, Table } from '@modelsmith/table'
import type { ServedDeployment } from './manifest.ts'

/** A loaded model: rows under `inputs` to scores, one column a class or `Predictions`. */
export type Scorer = {
  readonly inputs: readonly ColumnSchema[]
  /** What the request says of prediction parameters; refuses what the model does not declare. A table at once where nothing is waited for. */
  predict(rows: Table, parameters: ParameterValues): Table | Promise<Table>
  close(): Promise<void>
  /** Resolves with the reason when the scorer can no longer answer, such as a session that died. */
  readonly ended: Promise<string>
}

export type OpenScorer = (deployment: ServedDeployment) => Promise<Scorer>
