import { Badge } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader,
  IconPlayerPause,
} from '@tabler/icons-react'

const looks = {
  queued: ['gray', IconCircleDashed],
  waiting: ['gray', IconCircleDashed],
  skipped: ['gray', IconCircleDashed],
  cancelled: ['gray', IconCircleX],
  running: ['blue', IconLoader],
  processing: ['blue', IconLoader],
  building: ['blue', IconLoader],
  starting: ['blue', IconLoader],
  cancelling: ['yellow', IconLoader],
  paused: ['yellow', IconPlayerPause],
  warning: ['yellow', IconAlertTriangle],
  succeeded: ['teal', IconCircleCheck],
  done: ['teal', IconCircleCheck],
  reused: ['teal', IconCircleCheck],
  ready: ['teal', IconCircleCheck],
  active: ['teal', IconCircleCheck],
  ok: ['teal', IconCircleCheck],
  'up to date': ['teal', IconCircleCheck],
  'champion now': ['teal', IconCircleCheck],
  behind: ['blue', IconLoader],
  'model deleted': ['red', IconCircleX],
  latest: ['teal', IconCircleCheck],
  standby: ['gray', IconPlayerPause],
  alerting: ['red', IconAlertTriangle],
  failed: ['red', IconCircleX],
  stopped: ['red', IconCircleX],
  error: ['red', IconCircleX],
} as const

/** A state as icon, colour and word. */
export const StateBadge = ({ state }: { readonly state: string }) => {
  const [color, Icon] = looks[state as keyof typeof looks] ?? ['gray', IconCircleDashed]
  return (
    <Badge
      variant="default"
      leftSection={<Icon size={13} color={`var(--mantine-color-${color}-6)`} aria-hidden />}
      tt="none"
      fw={500}
      miw="max-content"
    >
      {state}
    </Badge>
  )
}
