import { Stack, Text, TextInput } from '@mantine/core'
import type { TaskUploaded } from '@modelsmith/api'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../app/client.ts'
import { Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { FromScratch } from './from-scratch.tsx'
import { FromTemplate } from './from-template.tsx'
import { ImportForm } from './import-form.tsx'
import { UploadTask } from './upload-task.tsx'

/** The four ways to a new task. */
export const NewTaskPage = () => {
  const navigate = useNavigate()
  const open = ({ task }: TaskUploaded) => navigate({ to: '/tasks/$id', params: { id: task.id } })
  return (
    <Page
      title="New task"
      subtitle="A folder with custom.py or custom.R, and model-metadata.yaml that says what it is."
    >
      <PageTabs
        tabs={[
          {
            key: 'upload',
            title: 'Upload',
            content: () => (
              <UploadTask
                label="Upload task"
                words="Drop a folder with custom.py and model-metadata.yaml here, or a .zip of it."
                upload={(sender, files, signal) => sender.upload('uploadTask', { files, signal })}
                onUploaded={open}
              />
            ),
          },
          { key: 'template', title: 'Template', content: () => <FromTemplate onMade={open} /> },
          { key: 'scratch', title: 'From scratch', content: () => <FromScratch onMade={open} /> },
          { key: 'git', title: 'Git repository', content: () => <FromGit /> },
        ]}
      />
    </Page>
  )
}

const FromGit = () => {
  const [name, setName] = useState('')
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={560}>
        The server fetches one commit, takes the files of the folder and checks them as it checks an upload. Nothing of
        the repository is run.
      </Text>
      <TextInput
        label="Name"
        description="Empty: the name in its metadata"
        value={name}
        maxLength={255}
        maw={560}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ImportForm
        button="Import task"
        begin={(asked) =>
          client.call('importTask', { body: { ...asked, ...(name.trim() === '' ? {} : { name: name.trim() }) } })
        }
      />
    </Stack>
  )
}
