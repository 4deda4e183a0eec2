import { expect, it } from 'vitest'
import { openModel } from '../file/open.ts'

it.each([
  ['of another function', 'cfunctools\npartial\n(cbuiltins\ngetattr\ntR.'],
  [
    'whose state names another function',
    'cfunctools\npartial\n(csklearn.utils.validation\ncheck_array\ntR(cbuiltins\ngetattr\n)}Ntb.',
  ],
])('refuses a partial %s', (_, stream) => {
  expect(() => openModel(new TextEncoder().encode(stream))).toThrow('could run code')
})
