import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunner, installEnvironment, type Session } from '@modelsmith/runner'
import { type ColumnType, cell, decodeBlocks, encodeBlocksWhole, type Table, tableFromRows } from '@modelsmith/table'
import { processorMs } from '../engine/processor-time.ts'

const rowCount = 100_000
const columnCount = 30
const rounds = 5
const valueOf: Record<ColumnType, (row: number, column: number) => string | number | boolean> = {
  number: (row, column) => row * 1.37 + column,
  integer: (row) => row,
  boolean: (row) => row % 2 === 0,
  date: (row) => new Date(1e12 + row * 1e6).toISOString().slice(0, 19),
  text: (row, column) => `grüße ${row} of ${column}`,
  category: (row) => `level ${row % 40}`,
}
const types = 'number number number number integer integer boolean date text category'.split(' ') as ColumnType[]
const columns = Array.from({ length: columnCount }, (_, index) => {
  const type = types[index % types.length] as ColumnType
  return { name: `${type} ${index}`, type }
})

const makeTable = (): Table =>
  tableFromRows(
    { columns },
    Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(
        columns.map(({ name, type }, index) => [name, (row * 7 + index) % 11 === 0 ? null : valueOf[type](row, index)]),
      ),
    ),
  )

const differences = (one: Table, other: Table): number => {
  let count = 0
  for (let column = 0; column < columnCount; column++)
    for (let row = 0; row < rowCount; row++) if (cell(one, row, column) !== cell(other, row, column)) count++
  return count
}

const thereAndBack = async (session: Session, file: string): Promise<void> => {
  const x = { parts: [{ table: 'rows' }] }
  await session.apply({ model: 'model', task: 'task', targetType: 'transform', x, seed: 1, result: 'back' })
  await session.storeTable('back', file)
}

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-bench-'))
chmodSync(folder, 0o755)
const [rows, output] = [join(folder, 'rows'), join(folder, 'output')]
mkdirSync(output)
const table = makeTable()
writeFileSync(rows, encodeBlocksWhole(table))
const runner = createRunner({ runtimeDir: join(folder, 'run') })
try {
  const codeDir = join(import.meta.dirname, 'tasks/gives-back')
  const session = await runner.open({
    environment: await installEnvironment({ name: 'r-core', dataDir: folder }),
    limits: { memoryMb: 2048, cpuSeconds: 120, wallSeconds: 120, processes: 32, fileSizeMb: 1024, threads: 1 },
    readable: [codeDir, rows],
    writable: [output],
  })
  await session.addTask({ name: 'task', codeDir })
  await session.openTable('rows', rows)
  const x = { parts: [{ table: 'rows', columns: ['number 0'] }] }
  await session.fit({
    task: 'task',
    targetType: 'transform',
    x,
    parameters: {},
    outputDir: output,
    seed: 1,
    keepAs: 'model',
  })
  const file = join(session.output, 'back')
  for (let round = 1; round <= rounds; round++) {
    const before = processorMs(process.pid)
    await thereAndBack(session, file)
    console.log(`round ${round}: ${((processorMs(process.pid) - before) / 1000).toFixed(2)} s of processor time`)
  }
  const different = differences(table, decodeBlocks(readFileSync(file)))
  console.log(`${different} of ${rowCount * columnCount} cells differ`)
  if (different > 0) process.exitCode = 1
  await session.close()
} finally {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
}
