import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LibraryTask } from '@modelsmith/engine'
import {
  compileBlueprint,
  openBlueprint,
  packBlueprint,
  type TrainedBlueprint,
  unpackBlueprint,
} from '@modelsmith/scoring'
import { ModelsmithError, type Table } from '@modelsmith/table'

export type NativeStep = Pick<TrainedBlueprint['nodes'][number], 'id' | 'inputs' | 'takesSparse'> & {
  readonly task: LibraryTask
  readonly artifacts: string
}

/** What the fitted steps give natively, column by column; why not, where one of them is not read. */
export const scoreNatively = (
  steps: readonly NativeStep[],
  classes: readonly string[],
  table: Table,
): { readonly predictions: readonly (readonly number[])[] } | { readonly why: string } => {
  try {
    const opened = openBlueprint({
      inputs: table.schema.columns,
      classes,
      nodes: steps.map(({ id, inputs, takesSparse, task, artifacts }) => {
        const labels = join(artifacts, 'classes.json')
        return {
          id,
          inputs,
          takesSparse,
          entry: task.entry,
          model: readFileSync(join(artifacts, 'model.joblib')),
          known: existsSync(labels)
            ? (JSON.parse(readFileSync(labels, 'utf8')) as { readonly known: readonly string[] }).known
            : undefined,
        }
      }),
    })
    const here = compileBlueprint(opened).predict(table)
    // As a browser has it: other kernels, and the model out of its text.
    const portable = compileBlueprint(unpackBlueprint(packBlueprint(opened)), { kernels: 'plain' }).predict(table)
    const differs = here.some((column, at) => column.some((value, row) => !Object.is(value, portable[at]?.[row])))
    if (differs) throw new Error('A browser would answer otherwise.')
    return { predictions: here.map((column) => [...column]) }
  } catch (error) {
    if (error instanceof ModelsmithError)
      return { why: error.findings?.[0]?.message ?? (error.message.split('\n')[0] as string) }
    throw error
  }
}
