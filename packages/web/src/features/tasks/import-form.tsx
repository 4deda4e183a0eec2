import { Button, Group, Stack, TextInput } from '@mantine/core'
import { ApiError, type Job, type TaskOrigin } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { useAddress } from '../../ui/address.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { findingsAt } from '../../ui/findings.ts'
import { JobPanel } from '../jobs/index.ts'

export type AskedImport = { readonly url: string; readonly ref?: string; readonly folder?: string }

type ImportFormProps = {
  readonly button: string
  /** Where the last import came from. */
  readonly origin?: TaskOrigin | null
  readonly begin: (asked: AskedImport) => Promise<{ readonly job: Job }>
}

/** Imports a folder of a git repository, and shows the job that does it. */
export const ImportForm = ({ button, origin, begin }: ImportFormProps) => {
  const known = origin?.kind === 'git' ? origin : undefined
  const [url, setUrl] = useState(known?.url ?? '')
  const [ref, setRef] = useState(known?.ref ?? '')
  const [folder, setFolder] = useState(known?.folder ?? '')
  const [job, setJob] = useAddress('job', { opens: true })
  const action = useAction()
  const at = findingsAt(action.problem)
  const wrong = (code: string) =>
    action.problem instanceof ApiError && action.problem.problem.code === code
      ? action.problem.problem.detail
      : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run(async () => {
      const started = await begin({
        url,
        ...(ref.trim() === '' ? {} : { ref: ref.trim() }),
        ...(folder.trim() === '' ? {} : { folder: folder.trim() }),
      })
      setJob(started.job.id)
    })
  }
  return (
    <Stack>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={560}>
          <TextInput
            label="Address of the repository"
            description="https:// or http://, as one clones it without signing in"
            placeholder="https://example.org/team/tasks.git"
            value={url}
            required
            error={at('/url') ?? wrong('task.gitAddress')}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Group grow align="start">
            <TextInput
              label="Branch, tag or commit"
              description="Empty: the main branch"
              value={ref}
              error={wrong('task.gitRef')}
              onChange={(event) => setRef(event.currentTarget.value)}
            />
            <TextInput
              label="Folder"
              description="Empty: the whole repository"
              value={folder}
              error={wrong('task.gitFolder')}
              onChange={(event) => setFolder(event.currentTarget.value)}
            />
          </Group>
          <Button type="submit" w="fit-content" loading={action.busy} disabled={url.trim() === ''}>
            {button}
          </Button>
        </Stack>
      </form>
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      {job === undefined ? null : <JobPanel key={job} id={job} />}
    </Stack>
  )
}
