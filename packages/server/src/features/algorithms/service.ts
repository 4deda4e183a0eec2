import type { CustomAlgorithm, UsedAlgorithm } from '@modelsmith/api'
import { checkDefinition } from '@modelsmith/domain'
import { nativeAlgorithms } from '@modelsmith/scoring'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authoriseUse } from '../../infra/rights/objects.ts'
import { algorithmError } from './errors.ts'
import * as store from './store.ts'

/** Refuses a definition with all that is wrong in it. */
export const demandDefined = ({
  nativeAlgorithm,
  definition,
}: Pick<CustomAlgorithm, 'nativeAlgorithm' | 'definition'>) => {
  if (!nativeAlgorithms.some(({ id }) => id === nativeAlgorithm))
    throw algorithmError('algorithm.unknownClass', { id: nativeAlgorithm })
  const { predictionParameters } = definition
  if (predictionParameters.length > 0)
    throw algorithmError('algorithm.predictionParameters', {
      names: predictionParameters.map(({ name }) => name).join(', '),
    })
  const findings = checkDefinition(definition)
  if (findings.length > 0) throw algorithmError('algorithm.wrong', { count: findings.length }, { findings })
}

/** The algorithm as an experiment is to keep it, if the caller may use it. */
export const useAlgorithm = async (queries: Queries, caller: Caller, id: string): Promise<UsedAlgorithm> => {
  const object = await authoriseUse(queries, caller, 'use', 'algorithm', id)
  return store.toUsedAlgorithm(object, (await store.findAlgorithm(queries, id)) as store.AlgorithmRow)
}
