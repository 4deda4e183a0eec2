import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { Blueprint } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkButton, LinkMenuItem } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { IfMayCreate, ShareButton, useAccess, useMay } from '../sharing/index.ts'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { BlueprintEditor } from './editor.tsx'
import { TrainDraft } from './train-draft.tsx'
import { SaveActions } from './save-actions.tsx'
import { useSavedDraft } from './use-saved-draft.ts'
import { Versions } from './versions.tsx'

export const BlueprintPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getBlueprint', { params: { id } })
  return (
    <LoadedPage query={query}>{(blueprint) => <BlueprintView key={blueprint.id} blueprint={blueprint} />}</LoadedPage>
  )
}

const BlueprintView = ({ blueprint }: { readonly blueprint: Blueprint }) => {
  const { draft, base = blueprint, unsaved, save, adopt } = useSavedDraft(blueprint, blueprint)
  const { id, name, number, owner } = base
  const { access, can } = useAccess(id)
  const mayEdit = access === undefined || can('edit')
  const saving = useAction()
  const navigate = useNavigate()
  // Somebody else saved: nothing of one's own is in the way, so theirs is shown; else both stay until one chooses.
  const isOverwritten = blueprint.version > base.version
  if (isOverwritten && !unsaved) adopt(blueprint)
  const onSave = () => void saving.run(async () => `Saved as version ${(await save()).number}.`)
  return (
    <Page
      title={name}
      subtitle={`Version ${number} of ${owner.name}${unsaved ? ' · changes are not saved' : ''}`}
      actions={
        <>
          {mayEdit ? (
            <SaveActions draft={draft} unsaved={unsaved} busy={saving.busy} onSave={onSave} save={save} />
          ) : (
            <>
              <TrainDraft disabled={unsaved} unsaved={false} save={async () => base} />
              <IfMayCreate kind="blueprint">
                <LinkButton variant="filled" to="/blueprints/new" search={{ blueprint: id }}>
                  Copy blueprint
                </LinkButton>
              </IfMayCreate>
            </>
          )}
          <ShareButton id={id} />
          <BlueprintMenu blueprint={base} />
        </>
      }
    >
      {isOverwritten && unsaved ? (
        <Overwritten
          number={blueprint.number}
          onTheirs={() => adopt(blueprint)}
          onCopy={async () => {
            const { description, graph } = draft
            const body = { name: `Copy of ${draft.name.trim()}`, description, graph, from: id }
            const copy = await client.call('createBlueprint', { body })
            await navigate({ to: '/blueprints/$id', params: { id: copy.id }, ignoreBlocker: true })
          }}
        />
      ) : saving.problem === undefined ? null : (
        <ErrorPanel error={saving.problem} />
      )}
      {draft.description === '' ? null : <Text>{draft.description}</Text>}
      <PageTabs
        tabs={[
          { key: 'canvas', title: 'Canvas', content: () => <BlueprintEditor draft={draft} /> },
          {
            key: 'versions',
            title: 'Versions',
            content: () => <Versions blueprintId={id} onRestore={(graph) => draft.change(graph, undefined)} />,
          },
        ]}
      />
      <LeaveGuard unsaved={unsaved} words="What you changed on this blueprint is not saved." />
    </Page>
  )
}

const BlueprintMenu = ({ blueprint: { id, name, version } }: { readonly blueprint: Blueprint }) => {
  const refresh = useRefresh()
  const navigate = useNavigate()
  const { can } = useAccess(id)
  const mayCopy = useMay('create', 'blueprint')
  return (
    <ObjectMenu
      kind="blueprint"
      name={name}
      onRename={
        can('edit')
          ? async (renamed) => {
              await client.call('changeBlueprint', { params: { id }, body: { name: renamed }, ifMatch: version })
              await refresh()
            }
          : undefined
      }
      onDelete={
        can('delete')
          ? async () => {
              await client.call('deleteBlueprint', { params: { id }, ifMatch: version })
              await navigate({ to: '/blueprints', ignoreBlocker: true })
            }
          : undefined
      }
    >
      {mayCopy ? (
        <LinkMenuItem to="/blueprints/new" search={{ blueprint: id }}>
          Copy blueprint
        </LinkMenuItem>
      ) : undefined}
    </ObjectMenu>
  )
}

type OverwrittenProps = {
  readonly number: number
  readonly onTheirs: () => void
  readonly onCopy: () => Promise<void>
}

const Overwritten = ({ number, onTheirs, onCopy }: OverwrittenProps) => {
  const copying = useAction()
  return (
    <Alert color="yellow" variant="light" role="alert" title="This blueprint was changed elsewhere while you drew">
      <Stack gap="sm">
        <Text size="sm">Version {number} is saved by now. Your changes are still on the canvas, and not saved.</Text>
        <Group gap="sm">
          <Button size="xs" loading={copying.busy} onClick={() => void copying.run(onCopy)}>
            Save mine as a copy
          </Button>
          <Button size="xs" variant="default" onClick={onTheirs}>
            Discard mine and show version {number}
          </Button>
        </Group>
        {copying.problem === undefined ? null : <ErrorPanel error={copying.problem} />}
      </Stack>
    </Alert>
  )
}
