import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { savedAs } from './saved-as.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

it('tells the class of a pickle and the version of its library', async () => {
  const file = await readFile(join(import.meta.dirname, '../../../../fixtures/sklearn-0.21.3/dtc_iris/model.pkl'))
  expect(savedAs(file)).toEqual({ library: 'scikit-learn', version: '0.21.3', className: 'DecisionTreeClassifier' })
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
