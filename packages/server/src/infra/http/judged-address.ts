import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/**
 * The number of a host that somebody chose, to connect to, so that its name cannot mean another address the second time it is asked; undefined
 * where it is not at an address of the public internet, and not allowed by its name or by `place` (`host:port`). A name that is not there
 * is answered as one that is private: else the answers tell which names there are inside.
 */
export const judgedAddress = async (
  name: string,
  place: string,
  allowed: readonly string[],
): Promise<string | undefined> => {
  const found = isIP(name) === 0 ? await lookup(name, { all: true }).catch(() => []) : [{ address: name }]
  const addresses = found.map(({ address }) => address)
  const isAllowed = allowed.includes(name) || allowed.includes(place) || addresses.every(isPublicAddress)
  return isAllowed ? addresses[0] : undefined
}
