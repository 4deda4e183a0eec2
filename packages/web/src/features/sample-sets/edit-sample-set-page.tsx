import type { SampleSet } from '@modelsmith/api'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { Loaded, LoadedPage, Page } from '../../ui/page.tsx'
import { latestOf } from './choices.ts'
import { type Choice, SampleSetForm } from './sample-set-form.tsx'

export const EditSampleSetPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getSampleSet', { params: { id } })
  return <LoadedPage query={query}>{(set) => <EditSampleSet key={set.id} set={set} />}</LoadedPage>
}

const EditSampleSet = ({ set }: { readonly set: SampleSet }) => {
  const { id, name, version, datasetVersionIds } = set
  const navigate = useNavigate()
  const refresh = useRefresh()
  const choices = useQuery({
    queryKey: ['choices of', datasetVersionIds],
    queryFn: async () => {
      const { items } = await client.call('listDatasets', { query: { limit: 200 } })
      const latest = latestOf(items)
      // The set may be of older versions than the latest: they stay what they are until somebody chooses others.
      const older = await Promise.all(
        datasetVersionIds
          .filter((wanted) => !latest.some((choice) => choice.version.id === wanted))
          .map(async (wanted): Promise<Choice> => {
            const found = await client.call('getDatasetVersion', { params: { id: wanted } })
            const dataset = await client.call('getDataset', { params: { id: found.datasetId } })
            return { name: dataset.name, version: found }
          }),
      )
      return [...latest, ...older]
    },
  })
  return (
    <Page title={`Edit ${name}`} subtitle="Projects that were made of the sample set keep their rows.">
      <Loaded query={choices}>
        {(found) => (
          <SampleSetForm
            choices={found}
            set={set}
            action="Save sample set"
            onSave={async (body) => {
              await client.call('changeSampleSet', { params: { id }, body, ifMatch: version })
              await refresh()
              await navigate({ to: '/sample-sets/$id', params: { id }, ignoreBlocker: true })
            }}
          />
        )}
      </Loaded>
    </Page>
  )
}
