import { defineErrors } from '@modelsmith/table'

export const { rows: organisationErrors, error: organisationError } = defineErrors({
  'modelFiles.notAllowed': {
    kind: 'forbidden',
    message: ({ administrators: _ }: { administrators: readonly string[] }) =>
      'Nobody has allowed that model files are run here, and the code of this algorithm would run one.',
    hint: ({ administrators }: { administrators: readonly string[] }) =>
      `Ask ${administrators.slice(0, 5).join(', ') || 'an administrator'}: the setting "Run model files" is on the page Administration, and in PATCH /organisation/settings as runModelFiles.`,
  },
})
