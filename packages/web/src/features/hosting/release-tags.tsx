import { Button, Group, TagsInput } from '@mantine/core'
import type { ModelRelease } from '@modelsmith/api'
import { useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'

/** What people call a release, such as approved; only who may change the model changes it. */
export const ReleaseTags = ({ release, mayEdit }: { readonly release: ModelRelease; readonly mayEdit: boolean }) => {
  const { id, tags } = release
  const [draft, setDraft] = useState<string[]>()
  const save = useAction()
  const refresh = useRefresh()
  const shown = draft ?? tags
  const keep = () =>
    save.run(async () => {
      await client.call('tagRelease', { params: { id }, body: { tags: shown } })
      await refresh()
      setDraft(undefined)
      return 'The tags are saved.'
    })
  return (
    <>
      <Group align="end" maw={640}>
        <TagsInput
          label="Tags"
          description={mayEdit ? 'Enter adds one, such as approved' : undefined}
          flex={1}
          maxTags={20}
          readOnly={!mayEdit}
          value={shown}
          onChange={setDraft}
        />
        {mayEdit && draft !== undefined ? (
          <Button variant="default" loading={save.busy} onClick={() => void keep()}>
            Save tags
          </Button>
        ) : null}
      </Group>
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
    </>
  )
}
