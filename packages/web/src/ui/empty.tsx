import { Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** An empty list teaches the first step. */
export const Empty = ({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) => (
  <Paper withBorder p="xl">
    <Stack align="center" gap="sm">
      <Text c="dimmed" ta="center" maw={520}>
        {children}
      </Text>
      {action}
    </Stack>
  </Paper>
)
