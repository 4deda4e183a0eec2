import { Group, List, Text, UnstyledButton } from '@mantine/core'
import type { BlueprintReport } from '@modelsmith/domain'
import { StateBadge } from '../../ui/state-badge.tsx'

type FindingsProps = { readonly report: BlueprintReport | undefined; readonly onSelect: (node: string) => void }

/** What the check found, with the cure; said aloud when it changes. */
export const Findings = ({ report, onSelect }: FindingsProps) => (
  <div role="status" aria-live="polite">
    {report === undefined ? null : report.findings.length === 0 ? (
      <Group gap="sm">
        <StateBadge state="ok" />
        <Text size="sm">This blueprint can be trained.</Text>
      </Group>
    ) : (
      <List size="sm" listStyleType="none" spacing="xs" aria-label="Findings">
        {report.findings.map(({ severity = 'error', message, hint, place }) => {
          const node = place?.node
          return (
            <List.Item key={`${node ?? ''} ${message}`}>
              <StateBadge state={severity} />{' '}
              {node === undefined ? null : (
                <>
                  <UnstyledButton className="link" onClick={() => onSelect(node)}>
                    {node}
                  </UnstyledButton>
                  {': '}
                </>
              )}
              {message}
              {hint === undefined ? null : (
                <Text size="sm" c="dimmed">
                  {hint}
                </Text>
              )}
            </List.Item>
          )
        })}
      </List>
    )}
  </div>
)
