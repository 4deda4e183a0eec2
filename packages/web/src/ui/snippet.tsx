import { Button, CopyButton, Group, Stack, Title } from '@mantine/core'

/** Lines to paste, with a button that copies them. */
export const Snippet = ({ title, code }: { readonly title: string; readonly code: string }) => (
  <Stack gap="sm" component="section">
    <Group justify="space-between">
      <Title order={2}>{title}</Title>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy} aria-label={`Copy the lines for ${title}`}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
    <pre className="log" tabIndex={0} aria-label={`Lines for ${title}`}>
      {code}
    </pre>
  </Stack>
)
