import { Text } from '@mantine/core'

/** Which features have no chart of their values for whoever looks; nothing where there are none. */
export const HiddenFeatures = ({ hidden }: { readonly hidden: readonly string[] }) =>
  hidden.length === 0 ? null : (
    <Text size="sm" c="dimmed">
      Left out, because only editors of the dataset see values of sensitive columns: {hidden.join(', ')}.
    </Text>
  )
