import { Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { LinkText } from '../../ui/link.tsx'
import { Snippet } from '../../ui/snippet.tsx'
import { rowToAsk, snippetLines } from './snippet-lines.ts'
import { useExamples } from './use-examples.ts'

/** Lines to paste; they ask this deployment as they are, once the token is in the environment. */
export const Snippets = ({ deployment }: { readonly deployment: Deployment }) => {
  const { row } = useExamples(deployment)
  return (
    <Stack>
      <Text>
        Put an{' '}
        <LinkText underline="always" to="/administration" search={{ tab: 'tokens' }}>
          API token
        </LinkText>{' '}
        into <code>MODELSMITH_TOKEN</code>. With <code>?explanations=3</code> behind the address of curl, TypeScript and
        R, and with <code>explanations=3</code> in Python, each answer tells the three features that contributed most to
        it.
      </Text>
      {snippetLines(deployment, window.location.origin, rowToAsk(deployment.inputs, row)).map(({ title, code }) => (
        <Snippet key={title} title={title} code={code} />
      ))}
    </Stack>
  )
}
