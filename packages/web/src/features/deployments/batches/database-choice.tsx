import { Select } from '@mantine/core'
import { useCall } from '../../../app/client.ts'
import { Loaded } from '../../../ui/page.tsx'

type ChoiceProps = {
  readonly label: string
  readonly chosen: string | null
  readonly onChoose: (credential: string | null) => void
}

/** A credential of a database. */
export const DatabaseChoice = ({ label, chosen, onChoose }: ChoiceProps) => {
  const query = useCall('listCredentials', { query: { limit: 200 } })
  return (
    <Loaded query={query} rows={2}>
      {({ items }) => {
        const databases = items.filter(({ type }) => type === 'database')
        return (
          <Select
            label={label}
            description="A credential with host, port, database, user, password and tls, which you may give to others."
            placeholder={databases.length === 0 ? 'Make a credential of a database first' : 'Choose a credential'}
            data={databases.map(({ id, name }) => ({ value: id, label: name }))}
            value={chosen}
            onChange={onChoose}
            searchable
            required
          />
        )
      }}
    </Loaded>
  )
}
