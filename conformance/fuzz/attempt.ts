import { ModelsmithError } from '@modelsmith/table'
import { compile, inspect, type MethodName, openModel, type Scorer } from '@modelsmith/scoring'
import { oneRow } from '../models/check.ts'
import type { Fixture } from '../models/fixture.ts'
import { type PredictedColumn, predictedColumns } from '../models/predictions.ts'
import { sparkColumns } from '../models/spark.ts'

/** What became of a file: refused when it was opened, or scored, or some of its rows or methods refused. */
export type Attempt = 'refused' | 'partly scored' | 'scored'

const rowsTried = 3

/** Inspects, opens, compiles and scores a file. Whatever is thrown is a crash: refusals have a code. */
export const attempt = (bytes: Uint8Array, { data, header }: Fixture): Attempt => {
  const { verdict } = inspect(bytes)
  const scorer = orCode(() => compile(openModel(bytes)))
  if (typeof scorer === 'string') {
    if (verdict === 'native') throw new Error(`inspect says native, openModel says ${scorer}`)
    return 'refused'
  }
  if (verdict !== 'native') throw new Error(`inspect says ${verdict}, openModel opens it`)
  let isPartly = false
  for (let row = 0; row < Math.min(rowsTried, data.rows); row++) {
    const one = oneRow(data, row)
    for (const method of Object.keys(scorer.methods) as MethodName[])
      if (typeof orCode(() => columnsOf(scorer, method, one, header)) === 'string') isPartly = true
  }
  return isPartly ? 'partly scored' : 'scored'
}

const columnsOf = (
  scorer: Scorer,
  method: MethodName,
  data: Fixture['data'],
  header: Fixture['header'],
): readonly PredictedColumn[] => {
  const columns =
    data.kind === 'named' ? sparkColumns(scorer, data, new Set(header)) : predictedColumns(scorer, method, data)
  for (const { text } of columns) text(0)
  return columns
}

const orCode = <T>(work: () => T): T | string => {
  try {
    return work()
  } catch (error) {
    if (error instanceof ModelsmithError) return error.code
    throw error
  }
}
