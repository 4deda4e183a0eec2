import { useNavigate } from '@tanstack/react-router'
import { client, useCall } from '../../app/client.ts'
import { Loaded, Page } from '../../ui/page.tsx'
import { latestOf } from './choices.ts'
import { SampleSetForm } from './sample-set-form.tsx'

export const NewSampleSetPage = () => {
  const navigate = useNavigate()
  const query = useCall('listDatasets', { query: { limit: 200 } })
  return (
    <Page title="New sample set" subtitle="Choose datasets and what each of their columns is for.">
      <Loaded query={query}>
        {({ items }) => (
          <SampleSetForm
            choices={latestOf(items)}
            action="Create sample set"
            onSave={async (body) => {
              const { id } = await client.call('createSampleSet', { body })
              await navigate({ to: '/sample-sets/$id', params: { id }, ignoreBlocker: true })
            }}
          />
        )}
      </Loaded>
    </Page>
  )
}
