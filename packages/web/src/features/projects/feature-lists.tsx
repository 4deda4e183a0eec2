import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import type { Project } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'

type List = Project['featureLists'][number]

/** Named choices of columns that trainings may be told to use. */
export const FeatureLists = ({ project, mayEdit }: { readonly project: Project; readonly mayEdit: boolean }) => {
  const { id, version, features, featureLists } = project
  const [open, setOpen] = useState(false)
  const refresh = useRefresh()
  const action = useAction()
  const keep = (lists: readonly List[]) =>
    action.run(async () => {
      const body = { featureLists: lists.map((list) => ({ ...list, features: [...list.features] })) }
      await client.call('changeProject', { params: { id }, body, ifMatch: version })
      await refresh()
    })
  const whole = { name: 'All features', features: [...features] }
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={640}>
          A training uses all features, or one of these lists. What has been trained keeps the columns that it had.
        </Text>
        {mayEdit ? (
          <Button variant="default" onClick={() => setOpen(true)}>
            Make feature list
          </Button>
        ) : null}
      </Group>
      {action.problem === undefined ? null : <ErrorPanel error={action.problem} />}
      <DataTable
        label="Feature lists"
        rows={[whole, ...featureLists]}
        rowKey={({ name }) => name}
        empty={null}
        columns={[
          { key: 'name', title: 'List', value: ({ name }) => name, cell: ({ name }) => name },
          {
            key: 'count',
            title: 'Columns',
            numeric: true,
            value: (list) => list.features.length,
            cell: (list) => formatNumber(list.features.length),
          },
          {
            key: 'features',
            title: 'Which',
            wide: true,
            cell: (list) =>
              `${list.features.slice(0, 8).join(', ')}${list.features.length > 8 ? `, and ${formatNumber(list.features.length - 8)} more` : ''}`,
          },
          {
            key: 'remove',
            title: 'Change',
            cell: (list) =>
              mayEdit && list.name !== whole.name ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  aria-label={`Remove ${list.name}`}
                  disabled={action.busy}
                  onClick={() => void keep(featureLists.filter(({ name }) => name !== list.name))}
                >
                  Remove
                </Button>
              ) : null,
          },
        ]}
      />
      {open ? (
        <NewList
          features={features}
          taken={[whole.name, ...featureLists.map(({ name }) => name)]}
          onClose={() => setOpen(false)}
          onMake={(list) => void keep([...featureLists, list]).then(() => setOpen(false))}
        />
      ) : null}
    </Stack>
  )
}

type NewListProps = {
  readonly features: readonly string[]
  readonly taken: readonly string[]
  readonly onClose: () => void
  readonly onMake: (list: List) => void
}

const mostShown = 500

const NewList = ({ features, taken, onClose, onMake }: NewListProps) => {
  const [name, setName] = useState('')
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>(features)
  const found = features.filter((feature) => feature.toLowerCase().includes(words.trim().toLowerCase()))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onMake({ name: name.trim(), features: features.filter((feature) => chosen.includes(feature)) })
  }
  return (
    <Modal opened onClose={onClose} title="New feature list" size="lg">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            onChange={(event) => setName(event.currentTarget.value)}
            error={taken.includes(name.trim()) ? 'There is a list of this name.' : undefined}
            data-autofocus
            required
          />
          <Group align="end">
            <TextInput
              label="Find a column"
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
              style={{ flexGrow: 1 }}
            />
            <Button variant="default" onClick={() => setChosen([...new Set([...chosen, ...found])])}>
              Take these
            </Button>
            <Button variant="default" onClick={() => setChosen(chosen.filter((each) => !found.includes(each)))}>
              Leave these
            </Button>
          </Group>
          <Group gap="md" mah={320} style={{ overflow: 'auto' }}>
            {found.slice(0, mostShown).map((feature) => (
              <Checkbox
                key={feature}
                label={feature}
                checked={chosen.includes(feature)}
                onChange={() =>
                  setChosen(chosen.includes(feature) ? chosen.filter((each) => each !== feature) : [...chosen, feature])
                }
              />
            ))}
          </Group>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {formatNumber(chosen.length)} of {formatNumber(features.length)} columns
            </Text>
            <Button type="submit" disabled={name.trim() === '' || taken.includes(name.trim()) || chosen.length === 0}>
              Make feature list
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
