import type { Batch } from '@modelsmith/api'
import type { ParameterValues } from '@modelsmith/domain'
import type { Predicted } from '../models/index.ts'

/** What a job of a batch works from, all of it as it was when the batch was begun. */
export type BatchPayload = Predicted & {
  readonly deployment: string
  /** Of the deployment: what its rows are logged under. */
  readonly deploymentRelease: string
  readonly source: Batch['source']
  readonly sink: Batch['sink']
  /** The object that has the rows, and whether it is column blocks; none where the job fetches them. */
  readonly sourceKey?: string
  readonly blocks: boolean
  /** The dataset that the rows are of, and its columns whose values whoever asks does not see. */
  readonly dataset?: string
  readonly masked: readonly string[]
  readonly passThrough: readonly string[]
  readonly parameters: ParameterValues
  readonly logged: boolean
  /** By what the actual value of each row will be known. */
  readonly association: string | null
  /** Where its owner works. */
  readonly workspace: string
}
