import { Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { Environments } from './environments.tsx'
import { SystemState } from './system-state.tsx'
import { Tokens } from './tokens.tsx'

export const AdministrationPage = () => (
  <Page title="Administration">
    <PageTabs
      tabs={[
        { key: 'system', title: 'System', content: () => <SystemState /> },
        { key: 'environments', title: 'Environments', content: () => <Environments /> },
        { key: 'tokens', title: 'API tokens', content: () => <Tokens /> },
      ]}
    />
  </Page>
)
