import { Affix, Alert, Button, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'

/** After an upgrade the server no longer has the parts of a page that was opened before: a new load gets the new ones. */
export const Outdated = () => {
  const [outdated, setOutdated] = useState(false)
  useEffect(() => {
    const missed = () => setOutdated(true)
    window.addEventListener('vite:preloadError', missed)
    return () => window.removeEventListener('vite:preloadError', missed)
  }, [])
  if (!outdated) return null
  return (
    <Affix position={{ bottom: 16, left: 16 }}>
      <Alert color="yellow" variant="light" role="alert" title="A part of this page could not be loaded" maw={360}>
        <Stack gap="sm">
          <Text size="sm">
            Modelsmith was probably upgraded since you opened it. What you typed into the files of a task is kept.
          </Text>
          <Button size="xs" w="fit-content" onClick={() => window.location.reload()}>
            Reload page
          </Button>
        </Stack>
      </Alert>
    </Affix>
  )
}
