import { describe, expect, it } from 'vitest'
import { deadline, defaultLimits } from '../limits.ts'
import { readPickle } from '../pickle/read.ts'
import { type Allowed, foundation } from './allowed.ts'
import { audit } from './audit.ts'

const allowList = new Map<string, Allowed>([
  ...foundation,
  ['sklearn.linear_model.base LinearRegression', { use: 'class' }],
])

const findings = (stream: string) => {
  const bytes = Uint8Array.from(Buffer.from(stream, 'latin1'))
  const { mentions } = readPickle(bytes, 0, { limits: defaultLimits, deadline: deadline(defaultLimits, () => 0) })
  return audit(mentions, allowList)
}

describe('the audit', () => {
  it('finds nothing in an estimator with an array', () => {
    expect(findings('csklearn.linear_model.base\nLinearRegression\n)\x81}b.')).toEqual([])
  })

  it('lists every finding at once with its place', () => {
    expect(findings('(cos\nsystem\nc__main__\nAge\ncmycompany.x\nY\nl.')).toMatchObject([
      { offset: 1, module: 'os', name: 'system', judgement: 'dangerous' },
      { offset: 12, module: '__main__', name: 'Age', judgement: 'unknown' },
      { module: 'mycompany.x', name: 'Y', judgement: 'unknown' },
    ])
  })

  it.each([
    ['a module that scikit-learn imported', '\x8c\x12sklearn.preprocess\x8c\x09os.system\x93.'],
    ['a ufunc that is no ufunc', 'cnumpy.core\n_ufunc_reconstruct\n(U\x05posixU\x06systemtR.'],
    ['a codec that is not latin1', 'c_codecs\nencode\n(U\x01aU\x03zip\x74R.'],
    ['a call of a type that is only named', 'c__builtin__\nint\n(U\x011tR.'],
    ['a factory of a defaultdict', 'ccollections\ndefaultdict\n(csklearn.linear_model.base\nLinearRegression\ntR.'],
    ['what a call makes, called', 'csklearn.linear_model.base\nLinearRegression\n)R)R.'],
    ['a name that is no name', '\x8c\x05os\x00xx\x8c\x01f\x93.'],
    ['a loader under any module', 'cmycompany\nloads\n.'],
  ])('finds %s dangerous', (_, stream) => {
    expect(findings(stream).map(({ judgement }) => judgement)).toContain('dangerous')
  })

  it('accepts the ufunc that a transformer applies', () => {
    expect(findings('cnumpy.core\n_ufunc_reconstruct\n(U\x1cnumpy.core._multiarray_umathU\x05log1ptR.')).toEqual([])
  })

  it('says of persistent ids that only the writer knows them', () => {
    expect(findings('Pabc\n.')).toMatchObject([{ name: 'persistent id', judgement: 'unknown' }])
  })
})
