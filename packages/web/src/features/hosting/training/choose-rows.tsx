import { Button, Group, Select, Stack, Text, Title } from '@mantine/core'
import type { Experiment, SampleSet } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { Empty } from '../../../ui/empty.tsx'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { LinkButton } from '../../../ui/link.tsx'
import { Loaded } from '../../../ui/page.tsx'
import { IfMayCreate } from '../../sharing/index.ts'
import { Preview, SplitFields, splitOf, startingSplit } from '../../sample-sets/index.ts'

/** A sample set and how its rows are split, once for the experiment. */
export const ChooseRows = ({ experiment }: { readonly experiment: Experiment }) => {
  const query = useCall('listSampleSets', { query: { limit: 200 } })
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>Rows to train on</Title>
      <Loaded query={query} rows={2}>
        {({ items }) => {
          const set = items.find(({ id }) => id === chosen)
          return items.length === 0 ? (
            <Empty
              action={
                <IfMayCreate kind="sampleSet">
                  <LinkButton to="/sample-sets/new">Make a sample set</LinkButton>
                </IfMayCreate>
              }
            >
              There is no sample set yet: rows of datasets, with a role for each field and labels for values.
            </Empty>
          ) : (
            <>
              <Select
                label="Sample set"
                description="Its rows are frozen for this experiment, so that all that it trains is compared on the same"
                placeholder="Choose a sample set"
                data={items.map(({ id, name }) => ({ value: id, label: name }))}
                value={chosen}
                onChange={setChosen}
                searchable
                maw={640}
              />
              {set === undefined ? null : <Split key={set.id} experiment={experiment} set={set} />}
            </>
          )
        }}
      </Loaded>
    </Stack>
  )
}

const Split = ({ experiment: { id }, set }: { readonly experiment: Experiment; readonly set: SampleSet }) => {
  const preview = useCall('previewSampleSet', { params: { id: set.id } })
  const [choice, setChoice] = useState(startingSplit)
  const freeze = useAction()
  const refresh = useRefresh()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void freeze.run(async () => {
      const body = { sampleSetId: set.id, ...splitOf(choice) }
      await client.call('chooseExperimentRows', { params: { id }, body })
      await refresh()
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Stack maw={640}>
          <SplitFields set={set} preview={preview.data} choice={choice} onChange={setChoice} />
          {freeze.problem === undefined ? null : <ErrorPanel error={freeze.problem} />}
          <Group>
            <Button type="submit" loading={freeze.busy}>
              Use these rows
            </Button>
          </Group>
        </Stack>
        <Loaded query={preview} rows={4}>
          {(shown) => (
            <details>
              <summary>
                <Text span size="sm">
                  Preview
                </Text>
              </summary>
              <Preview preview={shown} />
            </details>
          )}
        </Loaded>
      </Stack>
    </form>
  )
}
