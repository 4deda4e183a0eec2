import { expect, it } from 'vitest'
import { npmFailure } from './failure.mjs'

it.each([
  ['spawn npm ENOENT', 'there is no npm'],
  ['npm error code ECONNREFUSED', 'the package registry cannot be reached'],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'certificate is not trusted'],
  ['npm error code ENOSPC', 'the disk is full'],
  ['npm error code EACCES', 'a folder is not writable'],
  ['npm error code E401', 'the registry refuses us'],
  ['npm error code ETARGET', 'the registry lacks a package'],
  ['npm error code EINTEGRITY', 'a package is not the one that was locked'],
  ['npm error something else', 'npm failed'],
])('tells the cause of "%s"', (said, cause) => {
  const failure = npmFailure('Installing packages', said)
  expect(failure.message).toContain(said)
  expect(failure.message).toContain(`Installing packages: `)
  expect(failure.message).toContain(cause)
  expect(failure.hint).not.toBe('')
})
