import { Text } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { formatAgo } from './format.ts'

/** A moment, as how long ago it was; it counts on while the page is open. */
export const Ago = ({ at }: { readonly at: string | null }) => {
  useSyncExternalStore(onTick, tick)
  return at === null ? (
    <>–</>
  ) : (
    <Text
      span
      size="sm"
      component="time"
      dateTime={at}
      title={new Date(at).toLocaleString()}
      style={{ whiteSpace: 'nowrap' }}
    >
      {formatAgo(at)}
    </Text>
  )
}

const everyMs = 5000

/** One clock for all moments on a page. */
const tick = (): number => Math.floor(Date.now() / everyMs) * everyMs

const onTick = (changed: () => void): (() => void) => {
  const timer = setInterval(changed, everyMs)
  return () => clearInterval(timer)
}
