import { Button, Group, Stack } from '@mantine/core'
import type { TaskVersion } from '@modelsmith/api'
import { blueprintFile, blueprintFileLimits, readBlueprint, writeBlueprint } from '@modelsmith/domain'
import { saveFile } from '../../ui/chart-files.ts'
import { atLine, CheckedText } from '../../ui/checked-text.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import type { OpenDraft } from './use-draft.ts'

type AsYamlProps = { readonly draft: OpenDraft; readonly tasks: ReadonlyMap<string, TaskVersion> }

/** The draft as text: what is typed, pasted or opened is the draft as soon as it is a blueprint. */
export const AsYaml = ({ draft, tasks }: AsYamlProps) => {
  const titleOf = (id: string) => {
    const task = tasks.get(id)
    return task === undefined ? undefined : `${task.taskName} ${task.number}`
  }
  const text = draft.text ?? writeBlueprint(draft, titleOf)
  // Of a file that is too long, only as much is read as shows that it is.
  const open = (file: File) =>
    void file
      .slice(0, 4 * blueprintFileLimits.characters + 4)
      .text()
      .then(draft.type)
  return (
    <Stack gap="sm" miw={0}>
      <Group gap="sm">
        <FileButton accept=".yaml,.yml,application/yaml" onChange={(file) => file !== null && open(file)}>
          {(props) => (
            <Button {...props} variant="default" size="xs">
              Open YAML file
            </Button>
          )}
        </FileButton>
        <Button
          variant="default"
          size="xs"
          onClick={() =>
            saveFile(`${draft.name.trim() || 'blueprint'}.yaml`, new Blob([text], { type: 'application/yaml' }))
          }
        >
          Download YAML
        </Button>
        {draft.readable ? null : (
          <Button variant="default" size="xs" onClick={() => draft.type(undefined)}>
            Discard what I typed
          </Button>
        )}
      </Group>
      <CheckedText
        path={blueprintFile}
        text={text}
        findingsOf={(typed) => readBlueprint(typed).findings.map(atLine)}
        onType={(typed) => (typed === text ? undefined : draft.type(typed))}
      />
    </Stack>
  )
}
