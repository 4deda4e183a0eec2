import { describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../../infra/http/public-address.ts'
import { readSource } from './source.ts'

describe('the address of a repository', () => {
  it('is taken with its branch and its folder', () => {
    expect(readSource({ url: ' https://example.org/a/b.git ', ref: 'feature/x-1', folder: '/tasks/median/' })).toEqual({
      url: 'https://example.org/a/b.git',
      ref: 'feature/x-1',
      folder: 'tasks/median',
    })
    expect(readSource({ url: 'http://example.org:3000/b', ref: '', folder: '' })).toMatchObject({
      ref: undefined,
      folder: '',
    })
  })

  it.each([
    'file:///etc',
    'ext::sh -c id',
    'ssh://git@example.org/a',
    'git@example.org:a/b',
    'git://example.org/a',
    '--upload-pack=touch /tmp/x',
    '/etc',
    'https://',
    'https://name:hunter2@example.org/a',
    'https://token@example.org/a',
    'https://example.org/a?x=1',
    'https://example.org/a#b',
    '',
  ])('%j is refused', (url) => {
    expect(() => readSource({ url })).toThrow(expect.objectContaining({ code: 'task.gitAddress' }))
  })

  it('is not repeated where it had a password', () => {
    expect(() => readSource({ url: 'https://name:hunter2@example.org/a' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

it.each([
  '-o',
  '--upload-pack=x',
  'a..b',
  'a b',
  'a:b',
  '+a',
  'a~1',
  'a^',
  '@{1}',
  '@',
  'a\nb',
  '/a',
  'a/',
  'a.lock',
  '*',
  '.a',
])('takes no branch %j', (ref) => {
  expect(() => readSource({ url: 'https://e.org/a', ref })).toThrow(expect.objectContaining({ code: 'task.gitRef' }))
})

it.each(['../a', 'a/../b', 'a//b', './a', 'a\\b', 'a\0b'])('takes no folder %j', (folder) => {
  expect(() => readSource({ url: 'https://e.org/a', folder })).toThrow(
    expect.objectContaining({ code: 'task.gitFolder' }),
  )
})

it.each(['93.184.216.34', '1.1.1.1', '2606:4700::1111'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:a00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})
