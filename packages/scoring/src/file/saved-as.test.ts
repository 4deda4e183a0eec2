import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { savedAs } from './saved-as.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

it('tells the class of a pickle and the version of its library', async () => {
  const file = await readFile(join(import.meta.dirname, '../../../../fixtures/sklearn-0.21.3/dtc_iris/model.pkl'))
  expect(savedAs(file)).toEqual({ library: 'scikit-learn', version: '0.21.3', className: 'DecisionTreeClassifier' })
})

it("tells the version of XGBoost in its own files, and that LightGBM's say none", () => {
  const learner = { gradient_booster: { name: 'gblinear' } }
  const linear = bytes(JSON.stringify({ learner, version: [2, 1, 0] }))
  expect(savedAs(linear)).toEqual({ library: 'XGBoost', version: '2.1.0', className: 'Booster' })
  const categories = bytes('tree\nversion=v4\nnum_class=1\n')
  expect(savedAs(categories)).toEqual({ library: 'LightGBM', version: null, className: 'Booster' })
  expect(savedAs(linear, { ...defaultLimits, fileBytes: 10 })).toBeNull()
  expect(savedAs(bytes('{"learner": {}}'))).toBeNull()
})

it.each([
  ['of a class that nobody knows', 'cmine\nModel\n)R.', { library: 'mine', version: null, className: 'Model' }],
  ['that holds no object', 'N.', null],
  ['that is damaged', 'cmine\nMod', null],
  ['that is a picture', '\x89PNG\r\n', null],
  ['of nothing', '', null],
])('tells of a file %s what there is', (_, text, found) => {
  expect(savedAs(bytes(text))).toEqual(found)
})
