import { LinkButton } from '../../ui/link.tsx'
import { Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { IfMayCreate } from '../sharing/index.ts'
import { BuiltInTasks } from './built-in-tasks.tsx'
import { CustomTasks } from './custom-tasks.tsx'

export const TasksPage = () => (
  <Page
    title="Tasks"
    subtitle="The steps of blueprints: transforms that prepare columns, estimators that learn."
    actions={
      <IfMayCreate kind="task">
        <LinkButton variant="filled" to="/tasks/new">
          New task
        </LinkButton>
      </IfMayCreate>
    }
  >
    <PageTabs
      tabs={[
        { key: 'custom', title: 'Custom', content: () => <CustomTasks /> },
        { key: 'library', title: 'Built-in', content: () => <BuiltInTasks /> },
      ]}
    />
  </Page>
)
