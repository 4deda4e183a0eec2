import { Select, Stack, Text, Title } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { importances } from '@modelsmith/domain'
import { RequestsOf } from './change-requests-page.tsx'
import { useSettings } from './use-settings.tsx'
import { actionWords, importanceWords } from './words.ts'

type Props = { readonly deployment: Deployment; readonly canChange: boolean }

/** How much depends on a deployment, what of it needs a second person, and what was asked. */
export const Governance = ({ deployment, canChange }: Props) => {
  const { id, importance, needsApproval } = deployment
  const { busy, set, below } = useSettings(deployment)
  return (
    <Stack>
      <Select
        label="Importance"
        description="How much depends on it"
        data={importances.map((value) => ({ value, label: importanceWords[value] }))}
        value={importance}
        allowDeselect={false}
        disabled={!canChange || busy}
        onChange={(value) => (value === null || value === importance ? undefined : set({ importance: value }))}
        maw={280}
      />
      {below}
      <Text size="sm">
        {needsApproval.length === 0
          ? 'Nothing of it needs a second person’s approval.'
          : `A second person has to approve: ${needsApproval.map((each) => actionWords[each].toLowerCase()).join(', ')}. Rolling back and pausing are never held up.`}
      </Text>
      <Title order={2} size="h4">
        Change requests
      </Title>
      <RequestsOf deploymentId={id} />
    </Stack>
  )
}
