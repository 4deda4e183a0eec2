import { ActionIcon, Group, SegmentedControl, Select, TextInput, Tooltip } from '@mantine/core'
import type { Project } from '@modelsmith/api'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { OpenDraft } from './use-draft.ts'

type ToolbarProps = {
  readonly draft: OpenDraft
  readonly projects: readonly Project[]
  readonly projectId: string | null
  readonly onProject: (id: string | null) => void
  readonly view: View
  readonly onView: (view: View) => void
}

/** A draft is drawn, or written. */
export type View = 'canvas' | 'yaml'

/** The blueprint's name, the project whose columns it is checked against, undo and redo, and how it is shown. */
export const Toolbar = ({ draft, projects, projectId, onProject, view, onView }: ToolbarProps) => (
  <Group align="end">
    <TextInput
      label="Name"
      value={draft.name}
      maxLength={255}
      w={300}
      maw="100%"
      onChange={(event) => draft.rename(event.currentTarget.value)}
      required
    />
    <Select
      label="Check against project"
      placeholder="No project"
      data={projects.map(({ id, name }) => ({ value: id, label: name }))}
      value={projectId}
      onChange={onProject}
      clearable
      clearButtonProps={{ 'aria-label': 'No project' }}
      searchable
    />
    <Group gap={4}>
      <Step label="Undo" run={draft.undo} icon={<IconArrowBackUp size={16} aria-hidden />} />
      <Step label="Redo" run={draft.redo} icon={<IconArrowForwardUp size={16} aria-hidden />} />
    </Group>
    <SegmentedControl
      aria-label="Show the blueprint"
      data={[
        { value: 'canvas', label: 'Drawn' },
        { value: 'yaml', label: 'As YAML' },
      ]}
      value={view}
      onChange={(next) => onView(next as View)}
      // There is nothing to draw of a text that is no blueprint.
      disabled={!draft.readable}
    />
  </Group>
)

type StepProps = { readonly label: string; readonly run: (() => void) | undefined; readonly icon: ReactNode }

const Step = ({ label, run, icon }: StepProps) => (
  <Tooltip label={label}>
    <ActionIcon variant="default" size="lg" aria-label={label} disabled={run === undefined} onClick={run}>
      {icon}
    </ActionIcon>
  </Tooltip>
)
