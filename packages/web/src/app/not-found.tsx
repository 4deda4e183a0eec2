import { Text } from '@mantine/core'
import { LinkText } from '../ui/link.tsx'
import { Page } from '../ui/page.tsx'

export const NotFound = () => (
  <Page title="Nothing is here">
    <Text>
      This address leads to no page.{' '}
      <LinkText underline="always" to="/">
        Go to the start
      </LinkText>
      , or search with Ctrl K.
    </Text>
  </Page>
)
