import { expect, it } from 'vitest'
import { mask } from './sensitive.ts'
import { mostMasked, valueMask } from './value-mask.ts'

const masked = (values: Parameters<typeof valueMask>[0], text: string): string | undefined => valueMask(values)?.(text)

it('masks the longest value at each place', () => {
  expect(masked(['Anna', 'Anna Aaa'], "KeyError: 'Anna Aaa', Anna Zzz")).toBe(`KeyError: '${mask}', ${mask} Zzz`)
})

it('masks a text as a literal, in its lines, and cut at its end', () => {
  const note = 'says "no"\nand stays at the house in Lower Street'
  expect(masked([note], 'x says "no" y')).toBe(`x ${mask} y`)
  expect(masked([note], JSON.stringify({ note }))).toBe(`{"note":"${mask}"}`)
  expect(masked([note], '0  and stays at the house in Lo...')).toBe(`0  ${mask}...`)
  expect(masked([note], 'and stays at the')).toBe('and stays at the')
})

it('finds a text among many that begin like it', () => {
  const known = Array.from({ length: 5000 }, (_, at) => `https://example.org/customers/${at * 2}`)
  expect(masked(known, 'of https://example.org/customers/4712, https://example.org/c')).toBe(
    `of ${mask}, https://example.org/c`,
  )
  expect(masked(['CUST-1', 'CUST-12'], 'CUST-12 CUST-13 CUST-2')).toBe(`${mask} ${mask}3 CUST-2`)
})

it('masks a number as it is printed and rounded, and no digits of another', () => {
  expect(masked([48151.6234215], 'pay 48151.6234215, 48151.623422, 48151.6, 48,151.623')).toBe(
    `pay ${mask}, ${mask}, ${mask}, ${mask}`,
  )
  expect(masked([2019], '2019 2019.0 0.2019 20190 12019 x2019')).toBe(`${mask} ${mask}.0 0.2019 20190 12019 x${mask}`)
  expect(masked([-4711], 'at -4711')).toBe(`at ${mask}`)
})

it('masks a moment, its day, and as Python writes it', () => {
  expect(masked(['1987-06-05T04:03:02'], "'1987-06-05 04:03:02' 1987-06-05T04:03:02 1987-06-05 1987")).toBe(
    `'${mask}' ${mask} ${mask} 1987`,
  )
})

it('leaves what is in every text as it is', () => {
  expect(masked(['yes', '', '    ', 42, 1.5, true, null], 'yes     42 1.5 true null')).toBe('yes     42 1.5 true null')
})

it('says where there are more values than can be looked for', () => {
  const numbers = Array.from({ length: mostMasked.values }, (_, at) => at)
  expect(valueMask(numbers)?.(`of ${mostMasked.values - 1}`)).toBe(`of ${mask}`)
  expect(valueMask([...numbers, -1])).toBe(undefined)
  expect(valueMask(['x'.repeat(mostMasked.characters + 1)])).toBe(undefined)
})

it('reads no more values than it can look for, and counts each once', () => {
  let read = 0
  function* cells() {
    for (let at = 0; at < 3 * mostMasked.values; at++) yield read++
  }
  expect(valueMask(cells())).toBe(undefined)
  expect(read).toBe(mostMasked.values + 1)
  const repeated = Array.from({ length: mostMasked.values + 1 }, () => 'Anna')
  expect(masked(repeated, 'of Anna')).toBe(`of ${mask}`)
})

it('reads hostile texts in time that grows with their length', () => {
  const clean = valueMask(Array.from({ length: 2000 }, (_, at) => `${'a'.repeat(40)}${at}`))
  expect(clean?.('a'.repeat(39) + 'b').length).toBeLessThan(10)
  const text = 'aaab'.repeat(50_000)
  expect(clean?.(text)).toBe(text)
})
