/**
 * By what requests of an address are counted: one host has a whole /64 of IPv6, so that each of its addresses would be let in anew. An IPv4
 * address is itself, also where it is written as one of IPv6.
 */
export const networkOf = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  const whole =
    tail === undefined ? groups : [...groups, ...Array(8 - groups.length - behind.length).fill('0'), ...behind]
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** Where a request came from; of a connection that the other side has closed meanwhile nothing is known any more. */
export const addressOf = ({ ip }: { readonly ip: string | undefined }): string => ip ?? 'closed'
