import { Group, List, Text } from '@mantine/core'
import type { BlueprintCheck } from '@modelsmith/api'
import { StateBadge } from '../../ui/state-badge.tsx'

/** What a check found, with the cure; said aloud when it changes. */
export const Findings = ({ check, empty }: { readonly check: BlueprintCheck | undefined; readonly empty: boolean }) => (
  <div role="status" aria-live="polite">
    {check === undefined || empty ? null : check.findings.length === 0 ? (
      <Group gap="sm">
        <StateBadge state="ok" />
        <Text size="sm">This blueprint can be trained.</Text>
      </Group>
    ) : (
      <List size="sm" listStyleType="none" spacing="xs" aria-label="Findings">
        {check.findings.map(({ severity = 'error', message, hint, place }) => (
          <List.Item key={`${place?.node ?? ''} ${message}`}>
            <StateBadge state={severity} /> {message}
            {hint === undefined ? null : (
              <Text size="sm" c="dimmed">
                {hint}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    )}
  </div>
)
