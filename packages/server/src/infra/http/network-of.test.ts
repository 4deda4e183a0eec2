import { expect, it } from 'vitest'
import { addressOf, networkOf } from './network-of.ts'

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff::9', '2001:db8:0:0::/64'],
  ['2001:0db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::', '2001:db8:1:3::/64'],
  ['', ''],
])('counts %s by %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

it('tells of a connection that was closed that it was', () => {
  expect([addressOf({ ip: '10.0.0.1' }), addressOf({ ip: undefined })]).toEqual(['10.0.0.1', 'closed'])
})
