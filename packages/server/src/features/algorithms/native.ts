import type { Algorithm } from '@modelsmith/api'
import { nativeAlgorithms } from '@modelsmith/scoring'
import known from './parameters.json' with { type: 'json' }
import { parameterWords } from './parameter-words.ts'

// Names and defaults as scripts/algorithms/parameters.py found them in the libraries: scikit-learn 0.21.3, for younger classes
// 1.5, and for Spark what its saved models hold.
const parameters: Readonly<Record<string, Readonly<Record<string, string | null>>>> = known

/** The platform's algorithms: every class that the registry builds, with what it is trained with. */
export const nativeAlgorithmList: readonly Algorithm[] = nativeAlgorithms.map(({ id, library, name, modules }) => ({
  id,
  library,
  name,
  modules: [...modules],
  parameters: Object.entries(parameters[id] ?? {}).map(([parameter, standard]) => ({
    name: parameter,
    default: standard,
    meaning: parameterWords[parameter] ?? null,
  })),
}))
