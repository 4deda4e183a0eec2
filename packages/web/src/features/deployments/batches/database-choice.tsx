import { Select } from '@mantine/core'
import { useCall } from '../../../app/client.ts'

type ChoiceProps = {
  readonly label: string
  readonly chosen: string | null
  readonly onChoose: (credential: string | null) => void
}

/** A credential of a database. */
export const DatabaseChoice = ({ label, chosen, onChoose }: ChoiceProps) => {
  const { data } = useCall('listCredentials', { query: { limit: 200 } })
  const databases = (data?.items ?? []).filter(({ type }) => type === 'database')
  return (
    <Select
      label={label}
      description="A credential with host, port, database, user, password and tls, which you may give to others."
      data={databases.map(({ id, name }) => ({ value: id, label: name }))}
      value={chosen}
      onChange={onChoose}
      searchable
      required
    />
  )
}
