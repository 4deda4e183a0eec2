import { expect, it } from 'vitest'
import { formatAnswer } from './show.ts'

const version = (number: string) => ({ taskName: 'Median', number })

it('shows two versions of a task as a diff that `patch` reads, and what is not text by size and hash', () => {
  const side = (bytes: number) => ({ bytes, sha256: 'ab' })
  const lines = [
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'c', unended: true },
  ]
  const comparison = {
    before: version('1.0'),
    after: version('2.0'),
    environment: { before: 'python-ml', after: 'python-torch' },
    metadata: [],
    files: [
      {
        path: 'custom.py',
        change: 'changed',
        before: side(4),
        after: side(3),
        hunks: [{ beforeStart: 1, afterStart: 1, lines }],
      },
      { path: 'same.txt', change: 'same', before: side(1), after: side(1), hunks: [] },
      { path: 'w.bin', change: 'added', before: null, after: side(7), hunks: null },
    ],
  }
  expect(formatAnswer(comparison)).toBe(
    [
      'Median 1.0 → Median 2.0',
      'environment: python-ml → python-torch',
      '--- a/custom.py',
      '+++ b/custom.py',
      '@@ -1,2 +1,2 @@',
      ' a',
      '-b',
      '+c',
      '\\ No newline at end of file',
      'w.bin added: nothing → 7 bytes, SHA-256 ab',
    ].join('\n'),
  )
  expect(formatAnswer({ ...comparison, files: [comparison.files[1]] })).toContain('No file differs.')
})

it('shows a leaderboard by its metric, or says that there is none', () => {
  const run = { blueprintName: 'Forest', state: 'succeeded', modelId: 'model_1' }
  const scores = { validation: { AUC: 0.75 }, crossValidation: { AUC: 0.5 }, holdout: null }
  expect(formatAnswer({ metric: 'AUC', entries: [{ run, scores }] })).toBe(
    'model    blueprint  state      AUC validation  cross validation  holdout\nmodel_1  Forest     succeeded  0.750000        0.500000          locked',
  )
  const again = { ...run, retrainedFrom: { id: 'model_0', name: 'Forest' } }
  expect(formatAnswer({ metric: 'AUC', entries: [{ run: again, scores }] })).toContain('0.500000          learned')
  expect(formatAnswer({ metric: null, entries: [{ run, scores }] })).toBe(
    'model    blueprint  state\nmodel_1  Forest     succeeded\nThere is no metric without labels of anomalies; the newest is first.',
  )
})
