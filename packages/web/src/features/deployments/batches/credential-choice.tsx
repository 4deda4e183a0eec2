import { Select } from '@mantine/core'
import { useCall } from '../../../app/client.ts'
import { Loaded } from '../../../ui/page.tsx'

const words = {
  database: {
    description: 'A credential with host, port, database, user, password and tls, which you may give to others.',
    none: 'Make a credential of a database first',
  },
  s3: {
    description: 'A credential with keys, region and endpoint, which you may give to others.',
    none: 'Make a credential of S3 first',
  },
} as const

type ChoiceProps = {
  readonly type: keyof typeof words
  readonly label: string
  readonly chosen: string | null
  readonly onChoose: (credential: string | null) => void
}

/** A credential of a database or of S3. */
export const CredentialChoice = ({ type, label, chosen, onChoose }: ChoiceProps) => {
  const query = useCall('listCredentials', { query: { limit: 200 } })
  return (
    <Loaded query={query} rows={2}>
      {({ items }) => {
        const fitting = items.filter((each) => each.type === type)
        return (
          <Select
            label={label}
            description={words[type].description}
            placeholder={fitting.length === 0 ? words[type].none : 'Choose a credential'}
            data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
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
