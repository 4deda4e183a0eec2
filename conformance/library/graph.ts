import type { BlueprintGraph } from '@modelsmith/domain'
import { libraryId } from '@modelsmith/engine'
import { type LibraryCase, stepOf } from './cases.ts'

/** The blueprint of a case. */
export const graphOf = ({ steps, dataTypes }: LibraryCase): BlueprintGraph => ({
  nodes: steps.map(stepOf).map(({ task, parameters, reads }, index) => ({
    id: `step-${index + 1}`,
    taskVersion: libraryId({ name: task, version: 1 }),
    ...(parameters === undefined ? {} : { parameters }),
    inputs: (reads ?? [index === 0 ? 'data' : index]).map((read) =>
      read === 'data' ? { from: 'data', dataTypes } : { from: 'node', node: `step-${read}` },
    ),
  })),
})
