import type { Dataset } from '@modelsmith/api'
import type { Choice } from './sample-set-form.tsx'

/** The latest version of each dataset whose latest one is ready. */
export const latestOf = (datasets: readonly Dataset[]): Choice[] =>
  datasets.flatMap(({ name, latest }) => (latest.state === 'ready' ? [{ name, version: latest }] : []))
