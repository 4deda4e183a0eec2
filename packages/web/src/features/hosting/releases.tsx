import { Button, Group, Select, Stack, Text, Textarea, Title } from '@mantine/core'
import type { ModelRelease, RegisteredModel } from '@modelsmith/api'
import { type FormEvent, useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Ago } from '../../ui/ago.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LinkText } from '../../ui/link.tsx'
import { Loaded } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { DeployDialog } from '../approvals/index.ts'
import { JobPanel } from '../jobs/index.ts'
import { useAccess, useMay } from '../sharing/index.ts'
import { PredictReleaseFile } from './predict-file.tsx'
import { configurationIn, PublishForm, type PublishDraft, usualDraft } from './publish-form.tsx'
import { readRows } from './read-rows.ts'

/** Candidates that may be published, and what was. */
export const Releases = ({ model }: { readonly model: RegisteredModel }) => {
  const releases = useCall('listModelReleases', { params: { id: model.id }, query: { limit: 200 } })
  const [deploying, setDeploying] = useState<ModelRelease>()
  const [predicting, setPredicting] = useState<ModelRelease>()
  const { can } = useAccess(model.id)
  const mayDeploy = useMay('create', 'deployment')
  const restore = useAction()
  const refresh = useRefresh()
  const setLatest = (id: string) =>
    restore.run(async () => {
      await client.call('setLatestRelease', { params: { id } })
      await refresh()
    })
  return (
    <Loaded query={releases}>
      {({ items, nextCursor }) => (
        <Stack>
          {can('edit') ? <Publish model={model} /> : null}
          {items[0]?.jobId === undefined || items[0].jobId === null || items[0].state === 'latest' ? null : (
            <JobPanel key={items[0].jobId} id={items[0].jobId} quietWhenDone />
          )}
          <Title order={2}>History</Title>
          {restore.problem === undefined ? null : <ErrorPanel error={restore.problem} />}
          <DataTable
            label="Releases"
            rows={items}
            more={nextCursor !== null}
            rowKey={({ id }) => id}
            empty={<Empty>Nothing is released. A submitted experiment is a candidate that can be published.</Empty>}
            columns={[
              {
                key: 'number',
                title: 'Release',
                value: ({ number }) => number,
                cell: ({ id, number }) =>
                  number === null ? (
                    '–'
                  ) : (
                    <LinkText to="/releases/$id" params={{ id }}>
                      Release {number}
                    </LinkText>
                  ),
              },
              {
                key: 'state',
                title: 'State',
                value: ({ state }) => state,
                cell: ({ state }) => <StateBadge state={state} />,
              },
              {
                key: 'experiment',
                title: 'Experiment',
                cell: ({ experimentName, origin }) =>
                  origin === null ? experimentName : `${experimentName}, of ${origin.installation}`,
              },
              { key: 'algorithm', title: 'Algorithm', cell: ({ algorithm }) => algorithm },
              {
                key: 'tags',
                title: 'Tags',
                value: ({ tags }) => tags.join(', '),
                cell: ({ tags }) => tags.join(', ') || '–',
              },
              {
                key: 'proof',
                title: 'Proof',
                cell: ({ proof }) => (proof === null ? 'none' : `${formatNumber(proof.rows)} rows`),
              },
              {
                key: 'description',
                title: 'Description',
                wide: true,
                cell: ({ description, error }) => error?.message ?? description,
              },
              { key: 'at', title: 'Published', cell: ({ publishedAt }) => <Ago at={publishedAt} /> },
              {
                key: 'actions',
                title: 'Use',
                cell: (release) =>
                  release.number === null ? null : (
                    <Group gap="xs" wrap="nowrap">
                      {can('deploy') && mayDeploy ? (
                        <Button
                          size="xs"
                          variant="default"
                          onClick={() => setDeploying(release)}
                          aria-label={`Deploy release ${release.number}`}
                        >
                          Deploy
                        </Button>
                      ) : null}
                      {can('predict') ? (
                        <Button
                          size="xs"
                          variant="default"
                          onClick={() => setPredicting(release)}
                          aria-label={`Predict a file with release ${release.number}`}
                        >
                          Predict a file
                        </Button>
                      ) : null}
                      {release.state === 'standby' && can('edit') ? (
                        <Button
                          size="xs"
                          variant="default"
                          loading={restore.busy}
                          onClick={() => void setLatest(release.id)}
                          aria-label={`Set as latest: release ${release.number}`}
                        >
                          Set as latest
                        </Button>
                      ) : null}
                    </Group>
                  ),
              },
            ]}
          />
          {predicting === undefined ? null : <PredictReleaseFile key={predicting.id} release={predicting} />}
          {deploying === undefined ? null : (
            <DeployDialog
              title={`Deploy release ${deploying.number}`}
              button="Deploy release"
              initial={model.name}
              choice={{ modelReleaseId: deploying.id }}
              onClose={() => setDeploying(undefined)}
            />
          )}
        </Stack>
      )}
    </Loaded>
  )
}

/** The publish configuration of a candidate. */
const Publish = ({ model }: { readonly model: RegisteredModel }) => {
  const experiments = useCall('listExperiments', { params: { id: model.id }, query: { limit: 200 } })
  const candidates = (experiments.data?.items ?? []).filter(({ state }) => state !== 'developing')
  const [chosen, setChosen] = useState<string | null>(null)
  const [description, setDescription] = useState('')
  const [rows, setRows] = useState('')
  const [draft, setDraft] = useState<PublishDraft>(usualDraft)
  const publish = useAction()
  const refresh = useRefresh()
  const candidate = chosen ?? candidates.find(({ state }) => state === 'submitted')?.id ?? null
  const experiment = candidates.find(({ id }) => id === candidate)
  if (candidates.length === 0) return null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (candidate === null) return
    void publish.run(async () => {
      const given = rows.trim() === '' ? {} : { rows: readRows(rows) }
      await client.call('releaseExperiment', {
        params: { id: model.id },
        body: { experimentId: candidate, description, configuration: configurationIn(draft), ...given },
      })
      setDescription('')
      setDraft(usualDraft)
      setChosen(null)
      await refresh()
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack maw={640}>
        <Title order={2}>Publish a candidate</Title>
        <Select
          label="Candidate"
          data={candidates.map(({ id, name, algorithm }) => ({ value: id, label: `${name}, ${algorithm ?? ''}` }))}
          value={candidate}
          allowDeselect={false}
          onChange={(id) => {
            setChosen(id)
            setDraft(usualDraft)
          }}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        {experiment === undefined ? null : <PublishForm experiment={experiment} draft={draft} onDraft={setDraft} />}
        <Textarea
          label="Rows to test with"
          description="A list of objects as JSON; without any, rows are made up from what the model knows of its inputs"
          autosize
          minRows={2}
          maxRows={12}
          value={rows}
          onChange={(event) => setRows(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          The release is prepared, asked these rows in its own configuration, and only then published as the latest. It
          never changes afterwards.
        </Text>
        {publish.problem === undefined ? null : <ErrorPanel error={publish.problem} />}
        <Button type="submit" w="fit-content" loading={publish.busy} disabled={candidate === null}>
          Publish release
        </Button>
      </Stack>
    </form>
  )
}
