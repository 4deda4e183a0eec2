import { useNavigate } from '@tanstack/react-router'
import { client } from '../../app/client.ts'
import { Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { BuiltInTasks } from './built-in-tasks.tsx'
import { CustomTasks } from './custom-tasks.tsx'
import { UploadTask } from './upload-task.tsx'

export const TasksPage = () => {
  const navigate = useNavigate()
  return (
    <Page title="Tasks" subtitle="The steps of blueprints: transforms that prepare columns, estimators that learn.">
      <UploadTask
        label="Upload task"
        words="Drop a folder with custom.py and model-metadata.yaml here, or a .zip of it."
        upload={(files) => client.upload('uploadTask', { files })}
        onUploaded={({ task }) => navigate({ to: '/tasks/$id', params: { id: task.id } })}
      />
      <PageTabs
        tabs={[
          { key: 'custom', title: 'Custom', content: () => <CustomTasks /> },
          { key: 'library', title: 'Built-in', content: () => <BuiltInTasks /> },
        ]}
      />
    </Page>
  )
}
