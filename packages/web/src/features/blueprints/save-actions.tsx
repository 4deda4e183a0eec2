import { Button } from '@mantine/core'
import type { Blueprint } from '@modelsmith/api'
import { useSaveKeys } from '../../ui/save-keys.ts'
import { TrainDraft } from './train-draft.tsx'
import type { OpenDraft } from './use-draft.ts'

type SaveActionsProps = {
  readonly draft: OpenDraft
  readonly unsaved: boolean
  readonly busy: boolean
  readonly onSave: () => void
  /** Saves what is not saved yet, before it is trained. */
  readonly save: () => Promise<Blueprint>
}

/** What can be done with a draft. */
export const SaveActions = ({ draft, unsaved, busy, onSave, save }: SaveActionsProps) => {
  const canSave = draft.readable && draft.name.trim() !== '' && draft.graph.nodes.length > 0
  useSaveKeys(canSave && unsaved && !busy ? onSave : undefined)
  return (
    <>
      <TrainDraft disabled={!canSave} unsaved={unsaved} save={save} />
      <Button disabled={!canSave || !unsaved} loading={busy} onClick={onSave}>
        Save blueprint
      </Button>
    </>
  )
}
