import type { Dataset } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import { type Actions, refusalOf } from './platform.ts'

/** Says one thing of a target, as a finding and in the message. */
const target = (code: string, message: string, hint: string) => ({
  status: 422,
  code: 'project.target',
  detail: `The target cannot be used: ${message}`,
  hint: 'Choose another column or target type.',
  findings: [{ code, message, hint }],
})

const cases = [
  [
    'one value only',
    { target: 'same' },
    target(
      'project.targetConstant',
      'The target "same" has one value only: "1".',
      'Choose a column with at least two values; there is nothing to learn from one.',
    ),
  ],
  [
    'no values',
    { target: 'gone' },
    target('project.targetMissing', 'The target "gone" has no values.', 'Choose a column that has values.'),
  ],
  [
    'free text',
    { target: 'note' },
    target(
      'project.targetType',
      'The target "note" is text with 60 distinct values, expected classes, each of several rows.',
      'Choose another target, or change the type of the column in its dataset.',
    ),
  ],
  [
    'classes where numbers were asked for',
    { target: 'sold', targetType: 'regression' },
    target(
      'project.targetType',
      'The target "sold" is category with 2 distinct values, a regression target is a number.',
      'Choose another target, or change the type of the column in its dataset.',
    ),
  ],
  [
    'another positive class',
    { target: 'sold', positiveClass: 'maybe' },
    target(
      'project.positiveClass',
      'The target "sold" has no value "maybe"; it has "no" and "yes".',
      'Choose one of its values as the positive class.',
    ),
  ],
  [
    'no column',
    { target: 'price' },
    { status: 422, code: 'project.unknownColumn', detail: 'The dataset has no column "price".' },
  ],
] as const

export const describeTargets = (actions: () => Actions, dataset: () => Dataset): void => {
  describe.concurrent('a target that is', () => {
    it.each(cases)('%s is refused', async (_, body, refusal) => {
      const datasetVersionId = dataset().latest.id
      const call = actions().client.call('createProject', { body: { name: 'A project', datasetVersionId, ...body } })
      expect(await refusalOf(call)).toEqual(refusal)
    })

    it('in a table of one row is refused', async () => {
      const { dataset: one } = await actions().uploadDataset('a,b\n1,2\n')
      const body = { name: 'A project', datasetVersionId: one.latest.id, target: 'b' }
      expect(await refusalOf(actions().client.call('createProject', { body }))).toMatchObject({
        code: 'project.target',
        detail: 'The target cannot be used: The target "b" has one value only: "2".',
      })
    })

    it('in a file that could not be read is refused', async () => {
      const { dataset: failed } = await actions().uploadDataset('')
      const body = { name: 'A project', datasetVersionId: failed.latest.id, target: 'a' }
      expect(await refusalOf(actions().client.call('createProject', { body }))).toEqual({
        status: 409,
        code: 'dataset.notReady',
        detail: 'This dataset version is failed; it must be ready.',
        hint: 'Wait until it is read, or mend the file and upload it again.',
      })
    })
  })
}
