import { Anchor, Stack } from '@mantine/core'
import type { DeploymentDrift, FeatureDrift } from '@modelsmith/api'
import { useCall } from '../../../app/client.ts'
import { useAddress } from '../../../ui/address.ts'
import { DataTable, type TableColumn } from '../../../ui/data-table.tsx'
import { Empty } from '../../../ui/empty.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/page.tsx'
import { BaselineBar } from './baseline.tsx'
import { Importance, shareWords } from './importance.tsx'
import { FeatureDetails } from './feature-details.tsx'
import { TimeRangeBar, useTimeRange } from './time-range.tsx'

type Props = { readonly deploymentId: string }

const useDrift = (deploymentId: string) => {
  const [range] = useTimeRange()
  return useCall('getDrift', { params: { id: deploymentId }, query: range }, { refetchInterval: 10_000 })
}

/** The words of the field for how large an index is. */
const words = (psi: number | null): string =>
  psi === null ? 'no rows' : psi < 0.1 ? 'small' : psi < 0.25 ? 'moderate' : 'large'

/** How far the features and the predictions have moved from the baseline. */
export const DriftTab = ({ deploymentId }: Props) => {
  const [feature, open] = useAddress('feature', { opens: true })
  const found = useCall('getFeatureImportance', { params: { id: deploymentId } })
  const { data: importance } = found
  return (
    <Loaded query={useDrift(deploymentId)}>
      {(drift) => (
        <Stack gap="lg">
          <TimeRangeBar shown={drift} />
          <BaselineBar deploymentId={deploymentId} drift={drift} />
          {drift.features.length === 0 ? null : (
            <DataTable
              label="Drift by feature"
              rows={drift.features}
              rowKey={keyOf}
              empty={<Empty>The model has no features.</Empty>}
              columns={[
                nameColumn((row) => open(keyOf(row) === feature ? undefined : keyOf(row))),
                {
                  key: 'importance',
                  title: 'Feature importance',
                  numeric: true,
                  value: (row) => importance?.features.find(({ name }) => name === row.name)?.share ?? null,
                  cell: (row) => shareWords(importance, row),
                },
                ...driftColumns,
              ]}
            />
          )}
          {drift.features.length === 0 ? null : (
            <Loaded query={found}>
              {(importance) => <Importance deploymentId={deploymentId} drift={drift} importance={importance} />}
            </Loaded>
          )}
          {feature === undefined ? null : <FeatureDetails deploymentId={deploymentId} asked={feature} />}
        </Stack>
      )}
    </Loaded>
  )
}

const keyOf = ({ role, name }: FeatureDrift): string => `${role} ${name}`

const nameColumn = (open: (row: FeatureDrift) => void): TableColumn<FeatureDrift> => ({
  key: 'name',
  title: 'Feature',
  value: ({ name }) => name,
  cell: (row) => (
    <Anchor component="button" type="button" size="sm" ta="left" onClick={() => open(row)}>
      {row.name}
      {row.role === 'prediction' && row.name !== 'prediction' ? ' (predicted)' : ''}
    </Anchor>
  ),
})

const measure = (key: string, title: string, of: (row: FeatureDrift) => number | null): TableColumn<FeatureDrift> => ({
  key,
  title,
  numeric: true,
  value: of,
  cell: (row) => formatScore(of(row), 3),
})

const driftColumns: readonly TableColumn<FeatureDrift>[] = [
  { key: 'size', title: 'Drift', cell: ({ psi }) => words(psi) },
  measure('psi', 'PSI', ({ psi }) => psi),
  measure('js', 'Jensen–Shannon', ({ jensenShannon }) => jensenShannon),
  measure('ks', 'Kolmogorov–Smirnov', ({ kolmogorovSmirnov }) => kolmogorovSmirnov),
  measure('chi', 'χ² p-value', ({ chiSquare }) => chiSquare?.pValue ?? null),
  { key: 'type', title: 'Type', value: ({ type }) => type, cell: ({ type }) => type },
]

const share = (count: number | null, rows: number): string =>
  count === null
    ? '–'
    : rows === 0
      ? formatNumber(count)
      : `${formatNumber(count)} (${formatScore((100 * count) / rows, 3)} %)`

/** What the rows lack: missing values, categories that the baseline never had, numbers out of its range. */
export const DataQuality = ({ deploymentId }: Props) => (
  <Loaded query={useDrift(deploymentId)}>
    {(drift) => (
      <Stack gap="lg">
        <TimeRangeBar shown={drift} />
        <BaselineBar deploymentId={deploymentId} drift={drift} />
        <QualityTable drift={drift} />
      </Stack>
    )}
  </Loaded>
)

const QualityTable = ({ drift }: { readonly drift: DeploymentDrift }) => {
  if (drift.features.length === 0) return null
  const column = (key: string, title: string, of: (row: FeatureDrift) => number | null): TableColumn<FeatureDrift> => ({
    key,
    title,
    numeric: true,
    value: of,
    cell: (row) => share(of(row), row.quality.rows),
  })
  return (
    <DataTable
      label="Quality by feature"
      rows={drift.features.filter(({ role }) => role === 'input')}
      rowKey={keyOf}
      empty={<Empty>The model has no features.</Empty>}
      columns={[
        { key: 'name', title: 'Feature', value: ({ name }) => name, cell: ({ name }) => name },
        column('missing', 'Missing', ({ quality }) => quality.missing),
        {
          key: 'before',
          title: 'Missing in the baseline',
          numeric: true,
          cell: ({ baselineQuality: { missing, rows } }) => share(missing, rows),
        },
        column('unseen', 'Unseen categories', ({ quality }) => quality.unseen),
        column('below', 'Below its range', ({ quality }) => quality.outOfRange?.below ?? null),
        column('above', 'Above its range', ({ quality }) => quality.outOfRange?.above ?? null),
        { key: 'type', title: 'Type', value: ({ type }) => type, cell: ({ type }) => type },
      ]}
    />
  )
}
