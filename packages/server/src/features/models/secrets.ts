import type { Context } from '../../infra/context.ts'
import { variablesFor } from '../credentials/index.ts'
import { findRun } from '../projects/index.ts'
import type { ModelRow } from './store.ts'

/** What the nodes of a model find in their environment where it predicts: of credentials that were granted for that, too. */
export const predictionSecrets = async (
  context: Context,
  { training_run_id }: Pick<ModelRow, 'training_run_id'>,
  organisation: string,
): Promise<(node: string) => Readonly<Record<string, string>> | undefined> => {
  const nodes = (await findRun(context.database, training_run_id))?.graph.nodes ?? []
  const versions = nodes.map(({ taskVersion }) => taskVersion)
  const found = await variablesFor(context, context.database, organisation, versions, 'prediction')
  return (id) => found.get(nodes.find((node) => node.id === id)?.taskVersion ?? '')
}
