import { Button } from '@mantine/core'
import type { Blueprint } from '@modelsmith/api'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkMenuItem } from '../../ui/link.tsx'
import { ObjectMenu } from '../../ui/object-menu.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { BlueprintEditor, type Draft } from './editor.tsx'
import { TrainDraft } from './train-draft.tsx'
import { Versions } from './versions.tsx'

export const BlueprintPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getBlueprint', { params: { id } })
  return <Loaded query={query}>{(blueprint) => <BlueprintView key={blueprint.id} blueprint={blueprint} />}</Loaded>
}

const BlueprintView = ({ blueprint }: { readonly blueprint: Blueprint }) => {
  const { id, name, graph, version, number, owner } = blueprint
  const refresh = useRefresh()
  const navigate = useNavigate()
  const save = useAction()
  const store = (draft: Draft) =>
    save.run(async () => {
      const saved = await client.call('changeBlueprint', {
        params: { id },
        body: { name: draft.name, graph: draft.graph },
        ifMatch: version,
      })
      await refresh()
      return `Saved as version ${saved.number}.`
    })
  const isSaved = (draft: Draft) => draft.graph === graph || JSON.stringify(draft.graph) === JSON.stringify(graph)
  return (
    <Page
      title={name}
      subtitle={`Version ${number} of ${owner.name}`}
      actions={
        <ObjectMenu
          kind="blueprint"
          name={name}
          onRename={async (renamed) => {
            await client.call('changeBlueprint', { params: { id }, body: { name: renamed }, ifMatch: version })
            await refresh()
          }}
          onDelete={async () => {
            await client.call('deleteBlueprint', { params: { id }, ifMatch: version })
            await navigate({ to: '/blueprints' })
          }}
        >
          <LinkMenuItem to="/blueprints/new" search={{ blueprint: id }}>
            Copy blueprint
          </LinkMenuItem>
        </ObjectMenu>
      }
    >
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
      <PageTabs
        tabs={[
          {
            key: 'canvas',
            title: 'Canvas',
            content: () => (
              <BlueprintEditor
                name={name}
                graph={graph}
                actions={(draft) => (
                  <>
                    <TrainDraft draft={draft} savedId={isSaved(draft) ? id : undefined} />
                    <Button
                      disabled={draft.name === '' || (isSaved(draft) && draft.name === name)}
                      loading={save.busy}
                      onClick={() => void store(draft)}
                    >
                      Save blueprint
                    </Button>
                  </>
                )}
              />
            ),
          },
          { key: 'versions', title: 'Versions', content: () => <Versions blueprintId={id} /> },
        ]}
      />
    </Page>
  )
}
