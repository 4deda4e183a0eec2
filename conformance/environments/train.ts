import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, type Limits, prepareEnvironment, type Runner } from '@modelsmith/runner'
import { cell, decodeBlocks, encodeBlocksWhole, tableFromRows } from '@modelsmith/table'
import type { EnvironmentCase } from './cases.ts'

const limits: Limits = {
  memoryMb: 3072,
  cpuSeconds: 300,
  wallSeconds: 600,
  processes: 128,
  fileSizeMb: 256,
  threads: 1,
}

const rows = tableFromRows(
  {
    columns: [
      { name: 'a', type: 'number' },
      { name: 'c', type: 'number' },
    ],
  },
  Array.from({ length: 40 }, (_, index) => ({ a: index, c: index * 2 })),
)

export type Trained = {
  readonly environment: Environment
  readonly artifacts: readonly string[]
  readonly prints: string[]
  readonly predictions: readonly number[]
}

/** Prepares the environment, trains the task in it, and scores the rows with what came back from its artifact. */
export const trainIn = async (
  { environment: name, requirements = [], file, code }: EnvironmentCase,
  { runner, folder, dataDir }: { readonly runner: Runner; readonly folder: string; readonly dataDir: string },
): Promise<Trained> => {
  const environment = await prepareEnvironment({ name, requirements, dataDir, forEveryone: true })
  const [task, output, data] = ['task', 'output', 'data'].map((each) => join(folder, each)) as [string, string, string]
  const outputDir = join(output, 'fit')
  for (const each of [task, outputDir, data]) mkdirSync(each, { recursive: true })
  writeFileSync(join(task, file), code)
  writeFileSync(join(data, 'rows.cols'), encodeBlocksWhole(rows))
  const prints: string[] = []
  const session = await runner.open({
    environment,
    limits,
    readable: [task, data],
    writable: [output],
    onPrint: ({ text }) => prints.push(text),
  })
  try {
    await session.addTask({ name: 'task', codeDir: task })
    await session.openTable('rows', join(data, 'rows.cols'))
    const x = { parts: [{ table: 'rows', columns: ['a'] }] }
    const { artifacts } = await session.fit({
      task: 'task',
      targetType: 'regression',
      x,
      y: { parts: [{ table: 'rows', columns: ['c'] }] },
      parameters: {},
      outputDir,
      seed: 1,
      keepAs: 'model',
    })
    await session.apply({ model: 'model', task: 'task', targetType: 'regression', x, seed: 1, result: 'scored' })
    const scored = join(session.output, 'scored')
    await session.storeTable('scored', scored)
    const table = decodeBlocks(readFileSync(scored))
    const predictions = Array.from({ length: table.rows }, (_, row) => Number(cell(table, row, 0)))
    return { environment, artifacts, prints, predictions }
  } finally {
    await session.close()
  }
}
