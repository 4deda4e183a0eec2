import { defineErrors } from '@modelsmith/table'

export const { rows: engineErrors, error: engineError } = defineErrors({
  'engine.blueprint': {
    kind: 'invalid',
    message: ({ count }: { count: number }) =>
      `The blueprint cannot be trained: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong with it.`,
    hint: () => 'Each finding names its node and the cure.',
  },
  'engine.cancelled': { kind: 'conflict', message: () => 'The training was cancelled.' },
  'engine.environment': {
    kind: 'unavailable',
    message: ({ node, environment }: { node: string; environment: string }) =>
      `Node "${node}" needs the environment ${environment}, which is not installed.`,
  },
  'engine.input': {
    kind: 'userCode',
    message: ({ task, count }: { task: string; count: number }) =>
      `"${task}" does not take these columns: ${count} of its input requirements ${count === 1 ? 'is' : 'are'} not met.`,
    hint: () => 'Change typeSchema in model-metadata.yaml, or give other columns.',
  },
  'search.proposal': {
    kind: 'bug',
    message: ({ problem }: { problem: string }) => `The sampler's proposal is not one of the search space: ${problem}.`,
  },
  'library.entry': {
    kind: 'bug',
    message: ({ file, count }: { file: string; count: number }) =>
      `The library entry ${file} has ${count} ${count === 1 ? 'error' : 'errors'}.`,
    hint: () => 'Each finding names its line; `LibraryEntry` in packages/engine says what an entry may hold.',
  },
  'library.wrong': { kind: 'bug', message: ({ what }: { what: string }) => what },
})
