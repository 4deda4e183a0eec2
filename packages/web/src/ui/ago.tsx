import { Text } from '@mantine/core'
import { formatAgo } from './format.ts'

export const Ago = ({ at }: { readonly at: string | null }) =>
  at === null ? (
    <>–</>
  ) : (
    <Text span size="sm" title={new Date(at).toLocaleString()} style={{ whiteSpace: 'nowrap' }}>
      {formatAgo(at)}
    </Text>
  )
