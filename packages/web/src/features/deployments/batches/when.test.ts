import { expect, it } from 'vitest'
import { cronOf, cronWords, type When } from './when.ts'

const when = (more: Partial<When>): When => ({ every: 'day', time: '06:05', cron: '', timeZone: 'UTC', ...more })

it.each<[string, Partial<When>, string]>([
  ['5 6 * * *', {}, 'Every day at 06:05'],
  ['5 6 * * 1-5', { every: 'weekday' }, 'On weekdays at 06:05'],
  ['5 * * * *', { every: 'hour' }, 'Every hour at :05'],
  ['0 0 1 * *', { every: 'cron', cron: ' 0 0 1 * * ' }, '0 0 1 * *'],
  ['5 * * * 1-5', { every: 'cron', cron: '5 * * * 1-5' }, '5 * * * 1-5'],
])('says %s in words', (cron, chosen, words) => {
  expect([cronOf(when(chosen)), cronWords(cron)]).toEqual([cron, words])
})

it('says nothing of what is not whole', () => {
  expect([cronOf(when({ time: '' })), cronOf(when({ every: 'cron', cron: '* *' }))]).toEqual([undefined, undefined])
})
