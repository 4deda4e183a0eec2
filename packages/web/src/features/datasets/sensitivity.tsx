import { Badge, Stack, Switch, Text } from '@mantine/core'
import type { Dataset } from '@modelsmith/api'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'

export const SensitiveBadge = () => (
  <Badge size="sm" variant="outline" color="gray">
    Sensitive
  </Badge>
)

type SensitivityProps = { readonly dataset: Dataset; readonly column: string; readonly mayEdit: boolean }

/** Whether the values of a column are shown only to whoever may edit the dataset; they alone change it. */
export const Sensitivity = ({ dataset: { id, version, sensitive }, column, mayEdit }: SensitivityProps) => {
  const refresh = useRefresh()
  const save = useAction()
  const isSensitive = sensitive.includes(column)
  if (!mayEdit)
    return isSensitive ? (
      <Text size="sm" c="dimmed">
        This column is sensitive: only editors of the dataset see its values.
      </Text>
    ) : null
  const change = (checked: boolean) =>
    save.run(async () => {
      const body = { sensitive: checked ? [...sensitive, column] : sensitive.filter((name) => name !== column) }
      await client.call('changeDataset', { params: { id }, body, ifMatch: version })
      await refresh()
    })
  return (
    <Stack gap="xs">
      <Switch
        label="Sensitive"
        description="Others than editors see a mask in rows, profiles, samples, downloads, charts, drift, prints and errors. It cannot be a target. Holds for later versions too."
        checked={isSensitive}
        disabled={save.busy}
        onChange={({ currentTarget }) => void change(currentTarget.checked)}
      />
      {save.problem === undefined ? null : <ErrorPanel error={save.problem} />}
    </Stack>
  )
}
