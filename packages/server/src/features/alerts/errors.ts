import { defineErrors } from '@modelsmith/table'

export const { rows: alertErrors, error: alertError } = defineErrors({
  'alerts.metric': {
    kind: 'invalid',
    message: () => 'A metric needs a limit, and a limit a metric.',
    hint: () => 'Give both metric and metricLimit, or null for both.',
  },
})
