import { type DataType, type Hyperparameter, wordsOfParameter } from '@modelsmith/domain'

/** What the contract's codes mean. */
export const dataTypeWords: Readonly<Record<DataType, string>> = {
  NUM: 'numbers',
  CAT: 'categories',
  TXT: 'text',
  DATE: 'dates',
  IMG: 'images',
  DATE_DURATION: 'durations',
  COUNT_DICT: 'counts',
  GEO: 'places',
}

/** What a parameter allows: "A whole number from 1 to 10". */
export const rangeWords = (parameter: Hyperparameter): string => {
  const words = wordsOfParameter(parameter)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
