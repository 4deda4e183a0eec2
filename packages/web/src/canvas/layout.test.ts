import { expect, it } from 'vitest'
import { layOut } from './layout.ts'

const box = (id: string) => ({ id, width: 200, height: 60 })

it('lays a graph out from left to right without overlaps', () => {
  const places = layOut(
    [box('data'), box('impute'), box('encode'), box('model')],
    [
      { from: 'data', to: 'impute' },
      { from: 'data', to: 'encode' },
      { from: 'impute', to: 'model' },
      { from: 'encode', to: 'model' },
    ],
    'right',
  )
  const x = (id: string) => places.get(id)?.x as number
  const y = (id: string) => places.get(id)?.y as number
  expect(x('data')).toBeLessThan(x('impute'))
  expect(x('impute')).toBe(x('encode'))
  expect(x('model')).toBeGreaterThanOrEqual(x('encode') + 200)
  expect(Math.abs(y('impute') - y('encode'))).toBeGreaterThanOrEqual(60)
})

it('makes room for what is written on a line', () => {
  const places = layOut([box('impute'), box('model')], [{ from: 'impute', to: 'model', labelWidth: 180 }], 'right')
  expect((places.get('model')?.x as number) - (places.get('impute')?.x as number)).toBeGreaterThanOrEqual(200 + 180)
})

it('lays a graph out downwards where there is little width', () => {
  const places = layOut([box('impute'), box('model')], [{ from: 'impute', to: 'model' }], 'down')
  expect(places.get('model')?.x).toBe(places.get('impute')?.x)
  expect((places.get('model')?.y as number) - (places.get('impute')?.y as number)).toBeGreaterThan(60)
})
