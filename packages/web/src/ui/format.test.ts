import { expect, it } from 'vitest'
import { formatAgo, formatMs, formatNumber, formatScore, formatTick, formatValue } from './format.ts'

it('keeps the digits of a number that matter, and rounds nothing before the point', () => {
  expect([0, 1470, 36.5, 0.000370212, 124_938.24, -653_671.8, 1e20, 1.23456789e-7].map(formatNumber)).toEqual([
    '0',
    '1,470',
    '36.5',
    '0.00037021',
    '124,938',
    '-653,672',
    '1e+20',
    '1.2346e-7',
  ])
  expect([null, undefined, Number.NaN].map(formatNumber)).toEqual(['–', '–', '–'])
})

it('sets no thousands apart in a value that may be a year', () => {
  expect([1950, 19_500, 0.5, null].map(formatValue)).toEqual(['1950', '19,500', '0.5', '–'])
  expect([2019, 700_000, 1_250_000].map(formatTick)).toEqual(['2019', '700,000', '1.25M'])
})

it('writes scores of any size without powers of ten, down to where zeros hide them', () => {
  const scores = [0.3, 0.9943, 8859.4, 10_717.9, 0.0002579, 0, 0.00001234, null]
  expect(scores.map((score) => formatScore(score))).toEqual([
    '0.3000',
    '0.9943',
    '8,859',
    '10,718',
    '0.0002579',
    '0.000',
    '1.234e-5',
    '–',
  ])
  expect([821.2, 0.0368].map((spread) => formatScore(spread, 2))).toEqual(['821', '0.037'])
})

it('says long durations in minutes and hours', () => {
  expect([12.4, 4270, 125_000, 3_840_000].map(formatMs)).toEqual(['12 ms', '4.27 s', '2 min 5 s', '1 h 4 min'])
})

it('says how long ago something was', () => {
  const now = Date.parse('2026-05-01T12:00:00Z')
  expect(formatAgo('2026-05-01T11:57:00Z', now)).toBe('3 minutes ago')
})
