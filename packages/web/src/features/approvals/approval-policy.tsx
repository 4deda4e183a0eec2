import { Checkbox, Stack, Table, Text } from '@mantine/core'
import type { OrganisationSettings } from '@modelsmith/api'
import { type ApprovalAction, approvalActions, type Importance, importances } from '@modelsmith/domain'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { Loaded } from '../../ui/page.tsx'
import { useMay } from '../sharing/index.ts'
import { actionWords, importanceWords } from './words.ts'

/** For each importance of a deployment, what needs a second person's approval. */
export const ApprovalPolicy = () => {
  const query = useCall('getOrganisationSettings')
  return (
    <Stack maw={720}>
      <Text size="sm" c="dimmed">
        What much depends on is not done by one person alone: what is ticked becomes a change request, which an
        administrator or another owner of the deployment approves before it is done. Rolling back and pausing are never
        held up, and neither is raising the importance.
      </Text>
      <Loaded query={query} rows={4}>
        {({ approvals }) => <Policy approvals={approvals} />}
      </Loaded>
    </Stack>
  )
}

const Policy = ({ approvals }: Pick<OrganisationSettings, 'approvals'>) => {
  const decides = useMay('administer', 'organisation')
  const refresh = useRefresh()
  const action = useAction()
  const toggle = (importance: Importance, each: ApprovalAction, on: boolean) =>
    void action.run(async () => {
      const others = approvals[importance].filter((one) => one !== each)
      const next = { ...approvals, [importance]: on ? [...others, each] : others }
      await client.call('changeOrganisationSettings', { body: { approvals: next } })
      await refresh()
    })
  return (
    <>
      <section className="scroll" tabIndex={0} aria-label="What needs approval">
        <Table withTableBorder verticalSpacing="xs" horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Importance</Table.Th>
              {approvalActions.map((each) => (
                <Table.Th key={each}>{actionWords[each]}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {importances.map((importance) => (
              <Table.Tr key={importance}>
                <Table.Th scope="row">{importanceWords[importance]}</Table.Th>
                {approvalActions.map((each) => (
                  <Table.Td key={each}>
                    <Checkbox
                      aria-label={`${importanceWords[importance]}: ${actionWords[each]}`}
                      checked={approvals[importance].includes(each)}
                      disabled={!decides || action.busy}
                      onChange={(event) => toggle(importance, each, event.currentTarget.checked)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
    </>
  )
}
