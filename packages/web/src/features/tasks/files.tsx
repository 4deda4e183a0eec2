import { Alert, Button, Grid, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core'
import type { Task, TaskVersion } from '@modelsmith/api'
import { changeMetadata, metadataFile } from '@modelsmith/domain'
import { useMemo, useRef, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useUpload } from '../../app/use-upload.ts'
import { useAddress } from '../../ui/address.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { LinkButton } from '../../ui/link.tsx'
import { useSaveKeys } from '../../ui/save-keys.ts'
import { changesOf, deleteFile, editOf, putFile, rebase, renameFile, typeText } from './draft.ts'
import { findingsOfFile, findingsOfText } from './draft-findings.ts'
import { EnvironmentField } from './environment-field.tsx'
import { FileEditor, FileText } from './file-editor.tsx'
import { AddFiles, FileList } from './file-list.tsx'
import { type OpenTaskDraft, useTaskDraft } from './use-task-draft.ts'

type FilesProps = { readonly task: Task; readonly mayEdit: boolean }

/** The files of a task: of the latest version to edit for whoever may, of any other to read. */
export const Files = ({ task, mayEdit }: FilesProps) => {
  const { id, latest } = task
  const open = useTaskDraft(id, latest)
  const versions = useCall('listTaskVersions', { params: { id }, query: { limit: 200 } })
  const [chosen, setChosen] = useAddress('version')
  const all = versions.data?.items ?? [latest]
  const older = all.find((version) => version.id === chosen && version.id !== latest.id)
  const choice =
    all.length < 2 ? null : (
      <Select
        label="Version"
        data={all.map((version) => ({
          value: version.id,
          label: version.id === latest.id ? `${version.number}, the latest` : version.number,
        }))}
        value={older?.id ?? latest.id}
        allowDeselect={false}
        onChange={(version) => setChosen(version === null || version === latest.id ? undefined : version)}
      />
    )
  return older === undefined && mayEdit ? (
    <Edited task={task} open={open} choice={choice} />
  ) : (
    <Read version={older ?? latest} choice={choice} />
  )
}

const isMain = (path: string): boolean => /^custom\.(py|R)$/.test(path)

const Read = ({ version, choice }: { readonly version: TaskVersion; readonly choice: React.ReactNode }) => {
  const [path, setPath] = useAddress('file', { opens: true })
  const { files } = version
  const shown = files.find((file) => file.path === path) ?? files.find((file) => isMain(file.path)) ?? files[0]
  return (
    <Grid>
      <Grid.Col span={{ base: 12, sm: 3 }}>
        <Stack gap="sm">
          {choice}
          <EnvironmentField language={version.language} value={version.environment} disabled onChange={() => {}} />
          <FileList files={files} shown={shown?.path} onShow={setPath} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 9 }}>
        {shown === undefined ? null : (
          <Stack gap="sm" miw={0}>
            <Text ff="monospace" size="sm">
              {shown.path}
            </Text>
            <FileText versionId={version.id} path={shown.path} />
          </Stack>
        )}
      </Grid.Col>
    </Grid>
  )
}

type EditedProps = { readonly task: Task; readonly open: OpenTaskDraft; readonly choice: React.ReactNode }

const Edited = ({ task: { id, latest }, open, choice }: EditedProps) => {
  const { draft, changed, change, reset } = open
  const refresh = useRefresh()
  const save = useUpload()
  const [note, setNote] = useState('')
  const [path, setPath] = useAddress('file', { opens: true })
  const changes = changesOf(draft)
  const shown =
    draft.files.find((file) => file.path === path) ?? draft.files.find((file) => isMain(file.path)) ?? draft.files[0]
  const sizes = useMemo(() => new Map(latest.files.map((file) => [file.path, file.bytes])), [latest])
  const isBehind = changed && draft.base !== latest.id
  const saving = useRef(false)
  const onSave = () => {
    if (!changed || isBehind || saving.current) return
    saving.current = true
    void save
      .run(async (sender, signal) => {
        const { fields, files } = editOf(draft)
        const said = note.trim() === '' ? fields : { ...fields, note: note.trim() }
        try {
          const { task, created } = await sender.upload('editTask', { params: { id }, fields: said, files, signal })
          reset(task.latest)
          setNote('')
          return created
            ? `Version ${task.latest.number} is saved.`
            : `This is already version ${task.latest.number}: nothing was changed.`
        } finally {
          await refresh()
        }
      })
      .finally(() => {
        saving.current = false
      })
  }
  useSaveKeys(onSave)
  return (
    <Stack>
      <LeaveGuard
        unsaved={changed}
        words="Changes of this task's files are not saved. What you typed is kept in this browser; files that you chose from the disk are not."
      />
      {isBehind ? <Behind latest={latest} open={open} /> : null}
      {changed ? (
        <Paper withBorder p="sm">
          <Group align="end" justify="space-between">
            <Text size="sm" role="status" maw={520}>
              Not saved: {changes.map((each) => `${each.path} ${each.change}`).join(', ')}
            </Text>
            <Group align="end" gap="sm">
              <TextInput
                label="Note for the next version"
                placeholder="What changed"
                size="xs"
                value={note}
                maxLength={1000}
                onChange={(event) => setNote(event.currentTarget.value)}
              />
              <Button size="xs" variant="default" onClick={() => reset(latest)} disabled={save.busy}>
                Discard changes
              </Button>
              {save.sent === undefined ? null : (
                <Button size="xs" variant="default" onClick={save.cancel}>
                  Cancel
                </Button>
              )}
              <Button size="xs" onClick={onSave} loading={save.busy} disabled={isBehind} aria-keyshortcuts="Control+S">
                Save as new version
              </Button>
            </Group>
          </Group>
        </Paper>
      ) : null}
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
      <Grid>
        <Grid.Col span={{ base: 12, sm: 3 }}>
          <Stack gap="sm">
            {choice}
            <DraftEnvironment latest={latest} open={open} />
            <FileList
              files={draft.files.map((file) => ({ path: file.path, bytes: sizes.get(file.from ?? '') }))}
              shown={shown?.path}
              changes={changes}
              onShow={setPath}
            />
            <AddFiles
              onNew={(name) => {
                if (draft.files.some((file) => file.path === name)) return setPath(name)
                change(putFile(draft, name, { text: '' }))
                setPath(name)
              }}
              onFiles={(files) => change(files.reduce((next, data) => putFile(next, data.name, { data }), draft))}
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 9 }}>
          {shown === undefined ? (
            <Text c="dimmed">There is no file.</Text>
          ) : (
            <FileEditor
              key={`${draft.base} ${shown.path}`}
              base={draft.base}
              file={shown}
              findingsOf={(text) => {
                const found = findingsOfText(shown.path, text, latest.language)
                return found.length > 0 ? found : findingsOfFile(save.problem, shown.path)
              }}
              onType={(text, saved) => change(typeText(draft, shown.path, text, saved))}
              onReplace={(data) => change(putFile(draft, shown.path, { data }))}
              onRename={(name) => {
                if (draft.files.some((file) => file.path === name)) throw new Error(`There is a file ${name} already.`)
                change(renameFile(draft, shown.path, name))
                setPath(name)
              }}
              onDelete={() => {
                change(deleteFile(draft, shown.path))
                setPath(undefined)
              }}
            />
          )}
        </Grid.Col>
      </Grid>
    </Stack>
  )
}

/** Somebody saved a version since the draft began: nothing of either is lost. */
const Behind = ({
  latest,
  open: { draft, change, reset },
}: {
  readonly latest: TaskVersion
  readonly open: OpenTaskDraft
}) => (
  <Alert
    color="yellow"
    variant="light"
    title={`Version ${latest.number} was saved while you worked on ${draft.number}`}
  >
    <Stack gap="sm">
      <Text size="sm">
        Look at what is new in it, then bring your changes over: files that you did not change are as they are in{' '}
        {latest.number}, those that you did are yours.
      </Text>
      <Group gap="sm">
        <LinkButton size="xs" to="." search={{ tab: 'compare', version: draft.base, with: latest.id }}>
          Compare {draft.number} with {latest.number}
        </LinkButton>
        <Button size="xs" onClick={() => change(rebase(draft, latest))}>
          Bring my changes to {latest.number}
        </Button>
        <Button size="xs" variant="default" onClick={() => reset(latest)}>
          Discard my changes
        </Button>
      </Group>
    </Stack>
  </Alert>
)

/** The environment is a line of the metadata: choosing another changes that file. */
const DraftEnvironment = ({
  latest,
  open: { draft, change },
}: {
  readonly latest: TaskVersion
  readonly open: OpenTaskDraft
}) => {
  const file = draft.files.find(({ path }) => path === metadataFile)
  const [chosen, setChosen] = useState<string>()
  const isChanged = changesOf(draft).some(({ path }) => path === metadataFile)
  const choose = async (name: string) => {
    if (file === undefined) return
    const saved =
      file.from === undefined
        ? undefined
        : (await client.call('getTaskFile', { params: { id: draft.base }, query: { path: file.from } })).text
    const text = file.text ?? saved ?? ''
    change(typeText(draft, metadataFile, changeMetadata(text, { environment: name }), saved ?? undefined))
    setChosen(name)
  }
  return (
    <EnvironmentField
      language={latest.language}
      value={isChanged && chosen !== undefined ? chosen : latest.environment}
      disabled={file === undefined || file.data !== undefined}
      onChange={(name) => void choose(name)}
    />
  )
}
