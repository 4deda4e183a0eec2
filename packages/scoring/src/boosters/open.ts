import { scoringError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { BoosterModel } from '../model/booster.ts'
import { decodeLatin1, decodeUtf8 } from '../pickle/text.ts'
import type { BoosterAbout } from './about.ts'
import { aboutLightgbm, isLightgbmText, readLightgbm } from './lightgbm-text.ts'
import { isXgboostJson, isXgboostUbjson, openXgboost, xgboostVersion } from './xgboost.ts'

export type BoosterFormat = 'lightgbm' | 'xgboost-json' | 'xgboost-ubjson'

/** Which of the libraries' own formats bytes are in; undefined where they are something else. */
export const boosterFormat = (bytes: Uint8Array): BoosterFormat | undefined => {
  const start = decodeLatin1(bytes.subarray(0, 64))
  if (isLightgbmText(start)) return 'lightgbm'
  if (isXgboostJson(start)) return 'xgboost-json'
  return isXgboostUbjson(bytes) ? 'xgboost-ubjson' : undefined
}

/** Which library wrote such a file, whether it can be scored or not; LightGBM's own files say the version of their format only. */
export const boosterLibrary = (
  bytes: Uint8Array,
  format: BoosterFormat,
): { readonly library: string; readonly version: string | null } =>
  format === 'lightgbm'
    ? { library: 'LightGBM', version: null }
    : { library: 'XGBoost', version: xgboostVersion(bytes) }

/** The model of such a file, and what the file says beside it. */
export const openBooster = (
  bytes: Uint8Array,
  format: BoosterFormat,
  limits: Limits,
  withCover = false,
): { readonly model: BoosterModel; readonly about: BoosterAbout } => {
  if (bytes.length > limits.fileBytes)
    throw scoringError('modelFile.size', { found: bytes.length, limit: limits.fileBytes })
  const name = 'Booster'
  const common = { name, classes: undefined, hasDecisionFunction: false, hasApply: false }
  if (format !== 'lightgbm') {
    const { model, about } = openXgboost(name, bytes, withCover)
    return { model: { ...model, ...common }, about }
  }
  const text = decodeUtf8(bytes)
  if (text === undefined) throw scoringError('booster.invalid', { format: 'LightGBM', reason: 'it is no UTF-8' })
  const model = { ...readLightgbm(name, text, { withCover }), ...common }
  return { model, about: aboutLightgbm(text, model.trees.columns) }
}
