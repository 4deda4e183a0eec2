import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'

/** Asks before a page with unsaved work is left. */
export const LeaveGuard = ({ unsaved }: { readonly unsaved: boolean }) => {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: unsaved,
    withResolver: true,
  })
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title="Leave without saving?">
      <Stack>
        <Text size="sm">What you changed on this blueprint is not saved.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => proceed?.()}>
            Discard changes
          </Button>
          <Button onClick={() => reset?.()} data-autofocus>
            Keep drawing
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
