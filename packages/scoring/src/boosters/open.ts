import { type Limits, limitReached } from '../limits.ts'
import type { Model } from '../model/model.ts'
import { decodeLatin1, decodeUtf8 } from '../pickle/text.ts'
import { scoringError } from '../errors.ts'
import { isLightgbmText, readLightgbm } from './lightgbm-text.ts'
import { isXgboostJson, isXgboostUbjson, readXgboost } from './xgboost.ts'

/** The model of LightGBM's or XGBoost's own file; undefined where the bytes are something else. */
export const openBooster = (bytes: Uint8Array, limits: Limits): Model | undefined => {
  const start = decodeLatin1(bytes.subarray(0, 64))
  const isText = isLightgbmText(start)
  if (!isText && !isXgboostJson(start) && !isXgboostUbjson(bytes)) return undefined
  if (bytes.length > limits.fileBytes) throw limitReached('bytes', limits.fileBytes, { found: bytes.length })
  const name = 'Booster'
  const common = { name, classes: undefined, hasDecisionFunction: false, hasApply: false }
  if (!isText) return { ...readXgboost(name, bytes), ...common }
  const text = decodeUtf8(bytes)
  if (text === undefined) throw scoringError('booster.invalid', { format: 'LightGBM', reason: 'it is no UTF-8' })
  return { ...readLightgbm(name, text), ...common }
}
