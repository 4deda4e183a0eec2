import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import type { Project } from '@modelsmith/api'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { useMay } from '../sharing/index.ts'
import { optionsOf, type TrainingChoice, TrainingOptions, wholeProject } from './training-options.tsx'

/** Built-in blueprints that fit this target and these columns; one click trains one, or all that are ticked. */
export const Repository = ({ project, mayRun }: { readonly project: Project; readonly mayRun: boolean }) => {
  const { id } = project
  const query = useCall('getRepository', { params: { id } })
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [choice, setChoice] = useState<TrainingChoice>(wholeProject)
  const mayDraw = useMay('create', 'blueprint')
  const action = useAction()
  const refresh = useRefresh()
  const train = (ids: readonly string[]) =>
    action.run(async () => {
      const body = { ids: [...ids], ...optionsOf(choice) }
      const { items } = await client.call('trainRepository', { params: { id }, body })
      setChosen([])
      await refresh()
      return `${items.length} ${items.length === 1 ? 'training has' : 'trainings have'} begun; see the leaderboard.`
    })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack>
          <Text size="sm" c="dimmed" maw={720}>
            Blueprints of the library that fit this target and these columns. Branches for kinds of columns that the
            project does not have are left out.
          </Text>
          {mayRun ? (
            <Group align="end" justify="space-between">
              <TrainingOptions project={project} choice={choice} onChange={setChoice} />
              <Group>
                <Button
                  variant="default"
                  onClick={() => setChosen(chosen.length === items.length ? [] : items.map((entry) => entry.id))}
                >
                  {chosen.length === items.length ? 'Tick none' : 'Tick all'}
                </Button>
                <Button disabled={chosen.length === 0} loading={action.busy} onClick={() => void train(chosen)}>
                  Train {chosen.length === 0 ? 'ticked' : chosen.length}
                </Button>
              </Group>
            </Group>
          ) : null}
          {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
          <DataTable
            label="Repository"
            rows={items}
            rowKey={(entry) => entry.id}
            empty={<Empty>No blueprint of the library fits these columns. Draw one of your own.</Empty>}
            columns={[
              {
                key: 'name',
                title: 'Blueprint',
                value: ({ name }) => name,
                cell: (entry) =>
                  mayRun ? (
                    <Checkbox
                      label={entry.name}
                      checked={chosen.includes(entry.id)}
                      onChange={() =>
                        setChosen(
                          chosen.includes(entry.id)
                            ? chosen.filter((each) => each !== entry.id)
                            : [...chosen, entry.id],
                        )
                      }
                    />
                  ) : (
                    entry.name
                  ),
              },
              {
                key: 'description',
                title: 'What it is',
                wide: true,
                value: ({ description }) => description,
                cell: ({ description }) => description,
              },
              {
                key: 'trained',
                title: 'Trained here',
                numeric: true,
                value: ({ trained }) => trained,
                cell: ({ trained }) => trained,
              },
              {
                key: 'draw',
                title: 'Draw',
                cell: (entry) =>
                  mayDraw ? (
                    <LinkText
                      to="/blueprints/new"
                      search={{ project: id, repository: entry.id }}
                      aria-label={`Draw a copy of ${entry.name}`}
                    >
                      Copy
                    </LinkText>
                  ) : null,
              },
              {
                key: 'search',
                title: 'Search',
                cell: (entry) =>
                  mayRun ? (
                    <LinkText
                      to="/searches/new"
                      search={{ project: id, repository: entry.id }}
                      aria-label={`Search parameters of ${entry.name}`}
                    >
                      Search
                    </LinkText>
                  ) : null,
              },
              {
                key: 'train',
                title: 'Train',
                cell: (entry) =>
                  mayRun ? (
                    <Button
                      size="compact-sm"
                      variant="light"
                      aria-label={`Train ${entry.name}`}
                      disabled={action.busy}
                      onClick={() => void train([entry.id])}
                    >
                      Train
                    </Button>
                  ) : null,
              },
            ]}
          />
        </Stack>
      )}
    </Loaded>
  )
}
