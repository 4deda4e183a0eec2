import type { DataType } from '@modelsmith/domain'

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
