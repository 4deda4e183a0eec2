import type { Application, ExactExplanations, PredictionAnswer } from '@modelsmith/api'
import type { NativeBlueprint, OpenedModel } from '@modelsmith/scoring'
import type { SerializedError } from '@modelsmith/table'
import type { Outcome } from '../answer.ts'
import type { Described } from './describe.ts'
import type { ExplainedRows } from './native-explainer.ts'
import type { TrainedFolder } from './trained-blueprint.ts'
import type { UnpackedEntry } from './unpack.ts'

type Predictions = PredictionAnswer['predictions']
/** What of the answers is given; all of them where nothing is said. */
type Given = Pick<Outcome, 'withoutProbabilities' | 'only'>

/** What a child is asked of a model file, or of the folder of a trained model. */
export type Question =
  | { readonly kind: 'describe'; readonly path: string }
  | { readonly kind: 'open'; readonly path: string }
  | {
      readonly kind: 'answer'
      readonly path: string
      readonly application: Application
      /** As of a request for predictions. */
      readonly body: Uint8Array
      readonly type: string
      readonly given?: Given
    }
  | {
      /** Rows that are made up from what the model knows of its inputs. */
      readonly kind: 'rehearse'
      readonly path: string
      readonly application: Application
      readonly rows: number
      readonly given?: Given
    }
  | ({ readonly kind: 'explain'; readonly path: string; readonly application: Application } & ExplainedRows)
  | ({ readonly kind: 'blueprint' } & TrainedFolder)
  | { readonly kind: 'unpack'; readonly path: string; readonly into: string }

export type AnswerTo = {
  readonly describe: Described
  readonly open: OpenedModel
  readonly answer: Predictions
  readonly rehearse: Predictions
  readonly explain: ExactExplanations
  readonly blueprint: NativeBlueprint
  readonly unpack: readonly UnpackedEntry[]
}
export type Reply<K extends Question['kind']> = { readonly value: AnswerTo[K] } | { readonly error: SerializedError }
