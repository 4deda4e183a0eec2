import { Stack, Title } from '@mantine/core'
import { useSession } from '../../app/session.tsx'
import { Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { ApprovalPolicy } from '../approvals/index.ts'
import { Audit } from '../audit/index.ts'
import { Credentials } from '../credentials/index.ts'
import { CustomEnvironments, NetworkRequests } from '../environments/index.ts'
import { Groups, People } from '../people/index.ts'
import { Environments } from './environments.tsx'
import { ModelFiles } from './model-files.tsx'
import { Storage } from './storage.tsx'
import { SystemState } from './system-state.tsx'
import { Tokens } from './tokens.tsx'
import { TrustedInstallations } from './trusted-installations.tsx'

export const AdministrationPage = () => {
  const { person } = useSession()
  return (
    <Page title="Administration">
      <PageTabs
        tabs={[
          { key: 'system', title: 'System', content: () => <SystemState /> },
          { key: 'people', title: 'People', content: () => <People /> },
          { key: 'groups', title: 'Groups', content: () => <Groups /> },
          { key: 'environments', title: 'Environments', content: () => <AllEnvironments /> },
          { key: 'credentials', title: 'Credentials', content: () => <Credentials /> },
          { key: 'network', title: 'Network', content: () => <NetworkRequests /> },
          { key: 'model-files', title: 'Model files', content: () => <ModelFiles /> },
          { key: 'approvals', title: 'Approvals', content: () => <ApprovalPolicy /> },
          ...(person.role === 'administrator'
            ? [
                { key: 'storage', title: 'Storage', content: () => <Storage /> },
                { key: 'trusted', title: 'Trusted installations', content: () => <TrustedInstallations /> },
                { key: 'audit', title: 'Audit log', content: () => <Audit /> },
              ]
            : []),
          { key: 'tokens', title: 'API tokens', content: () => <Tokens /> },
        ]}
      />
    </Page>
  )
}

const AllEnvironments = () => (
  <Stack gap="xl">
    <Stack>
      <Title order={2}>Built-in environments</Title>
      <Environments />
    </Stack>
    <CustomEnvironments />
  </Stack>
)
