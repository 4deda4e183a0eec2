import type { AlgorithmCode, CustomAlgorithm, UsedAlgorithm } from '@modelsmith/api'
import { checkDefinition, codedAnswer } from '@modelsmith/domain'
import { nativeAlgorithms } from '@modelsmith/scoring'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authoriseUse } from '../../infra/rights/objects.ts'
import { keptTaskVersion, useTaskVersion } from '../tasks/index.ts'
import { algorithmError } from './errors.ts'
import * as store from './store.ts'

type Definition = CustomAlgorithm['definition']
/** What answers for the files of an algorithm. */
export type Chosen = { readonly nativeAlgorithm?: string | undefined; readonly taskVersionId?: string | undefined }

/** Refuses a definition with all that is wrong in it. */
const demandDefined = (definition: Definition): void => {
  const findings = checkDefinition(definition)
  if (findings.length > 0) throw algorithmError('algorithm.wrong', { count: findings.length }, { findings })
}

const demandNative = (nativeAlgorithm: string, { predictionParameters }: Definition): void => {
  if (!nativeAlgorithms.some(({ id }) => id === nativeAlgorithm))
    throw algorithmError('algorithm.unknownClass', { id: nativeAlgorithm })
  if (predictionParameters.length > 0)
    throw algorithmError('algorithm.predictionParameters', {
      names: predictionParameters.map(({ name }) => name).join(', '),
    })
}

type TaskVersion = Awaited<ReturnType<typeof useTaskVersion>>

const codeOf = (version: TaskVersion, { outputs }: Definition): AlgorithmCode => {
  const { id, taskId, taskName, number, environment, targetTypes } = version
  const answer = codedAnswer(outputs, targetTypes)
  if (answer === undefined)
    throw algorithmError('algorithm.codeOutputs', {
      task: `${taskName} ${number}`,
      targetTypes: targetTypes.join(', '),
      outputs: outputs.map(({ name, type }) => `${name} (${type})`).join(', '),
    })
  const { targetType, classes } = answer
  return { taskVersionId: id, taskId, taskName, number, environment, targetType, classes: [...classes] }
}

/**
 * A definition that can be used, with what answers for it: a native class, or the version of a task that the caller may use. `kept` is the
 * code that the algorithm has already, which whoever may change the algorithm may leave there.
 */
export const define = async (
  queries: Queries,
  caller: Caller,
  { nativeAlgorithm, taskVersionId }: Chosen,
  definition: Definition,
  kept: AlgorithmCode | null = null,
): Promise<Omit<store.AlgorithmRow, 'id'>> => {
  const isCoded = taskVersionId !== undefined
  if (isCoded === (nativeAlgorithm !== undefined)) throw algorithmError('algorithm.oneScorer', { both: isCoded })
  if (nativeAlgorithm !== undefined) {
    demandNative(nativeAlgorithm, definition)
    demandDefined(definition)
    return { native_algorithm: nativeAlgorithm, code: null, definition }
  }
  const id = taskVersionId as string
  const version =
    kept?.taskVersionId === id ? await keptTaskVersion(queries, id) : await useTaskVersion(queries, caller, id)
  demandDefined(definition)
  return { native_algorithm: null, code: codeOf(version, definition), definition }
}

/** The algorithm as an experiment is to keep it, if the caller may use it. */
export const useAlgorithm = async (queries: Queries, caller: Caller, id: string): Promise<UsedAlgorithm> => {
  const object = await authoriseUse(queries, caller, 'use', 'algorithm', id)
  return store.toUsedAlgorithm(object, (await store.findAlgorithm(queries, id)) as store.AlgorithmRow)
}
