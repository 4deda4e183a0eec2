import { Stack, Text } from '@mantine/core'
import type { Deployment } from '@modelsmith/api'
import { LinkText } from '../../ui/link.tsx'
import { Snippet } from '../../ui/snippet.tsx'

/** Lines to paste; they ask this deployment as they are, once the token is in the environment. */
export const Snippets = ({ deployment: { id, inputs, address } }: { readonly deployment: Deployment }) => {
  const row = JSON.stringify({ rows: [Object.fromEntries(inputs.map(({ name }) => [name, null]))] })
  const server = window.location.origin
  return (
    <Stack>
      <Text>
        Put an{' '}
        <LinkText underline="always" to="/administration" search={{ tab: 'tokens' }}>
          API token
        </LinkText>{' '}
        into <code>MODELSMITH_TOKEN</code>.
      </Text>
      <Snippet
        title="curl"
        code={`curl -s ${address} \\\n  -H "Authorization: Bearer $MODELSMITH_TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '${row.replaceAll("'", "'\\''")}'`}
      />
      <Snippet
        title="Terminal"
        code={`modelsmith login ${server}\nmodelsmith deployments predict ${id} --file rows.csv`}
      />
      <Snippet
        title="Python"
        code={`from modelsmith.client import connect\n\nserver = connect(${JSON.stringify(server)})  # reads MODELSMITH_TOKEN\nanswer = server.deployments.get(${JSON.stringify(id)}).predict(rows)  # a DataFrame, or a list of dicts`}
      />
    </Stack>
  )
}
