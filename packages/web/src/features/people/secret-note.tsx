import { Alert, Button, Code, CopyButton, Group } from '@mantine/core'

/** A secret that is shown once, with a way to copy it. */
export const SecretNote = ({ title, secret }: { readonly title: string; readonly secret: string }) => (
  <Alert color="gray" variant="light" role="status" title={title}>
    <Group>
      <Code className="breaks">{secret}</Code>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  </Alert>
)
