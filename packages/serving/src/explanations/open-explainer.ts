import type { Application, ExactExplanations } from '@modelsmith/api'
import type { Table } from '@modelsmith/table'
import type { ReadingLimits } from '../native/apart.ts'
import { converse } from '../native/conversation.ts'
import type { TrainedFolder } from '../native/trained-blueprint.ts'

/** A file under an application, or the folder of a trained blueprint with the rows whose means stand for what is not known. */
export type ExplainerSource =
  | { readonly path: string; readonly application: Application }
  | (Pick<TrainedFolder, 'path' | 'library'> & { readonly background: string })

/** What the child is sent: first the model, then tables of rows, one after another. */
export type ExplainerQuestion = { readonly source: ExplainerSource } | { readonly rows: Table }

export type RowsExplainer = {
  explain(rows: Table): Promise<ExactExplanations>
  close(): void
  /** Rejects when it has ended, whoever ended it. */
  readonly ended: Promise<never>
}

/** Opens a model for explanations in a child of its own: no request for predictions waits for what is computed there. */
export const openExplainer = async (source: ExplainerSource, limits: ReadingLimits): Promise<RowsExplainer> => {
  const child = converse(new URL('./child.ts', import.meta.url), limits)
  try {
    await child.ask({ source } satisfies ExplainerQuestion)
  } catch (error) {
    child.close()
    throw error
  }
  return {
    explain: (rows) => child.ask({ rows } satisfies ExplainerQuestion) as Promise<ExactExplanations>,
    close: child.close,
    ended: child.ended,
  }
}
