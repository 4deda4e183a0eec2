import { readFile } from 'node:fs/promises'
import { callSplit } from '@modelsmith/engine'
import { decodeBlocks } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { hold } from '../../infra/objects/references.ts'
import type { JobHandler } from '../jobs/index.ts'
import type { SplitPayload } from '../projects/index.ts'
import { functionCall } from './function-call.ts'
import type { TrainingSupplies } from './train-job.ts'

/** Asks a function for the part of each row; what it said is a file of little-endian float64. */
export const splitJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { objects } = context
    const { code, parameters, seed, rowsKey } = ports.job.payload as SplitPayload
    ports.progress(null, 'Making the function ready')
    const call = await functionCall(context, supplies, { ...code, parameters }, seed, ports)
    ports.progress(null, 'Splitting the rows')
    const said = await callSplit(supplies.runner, call, decodeBlocks(await readFile(await objects.pathOf(rowsKey))))
    const stored = await objects.putBytes(Buffer.from(said.buffer, said.byteOffset, said.byteLength))
    return {
      result: { rows: said.length },
      resultKey: stored.key,
      keep: (queries) => hold(queries, ports.job.id, [stored]),
    }
  }
