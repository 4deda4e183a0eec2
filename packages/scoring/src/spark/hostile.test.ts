import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ModelsmithError } from '@modelsmith/table'
import { type Zippable, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { inspect } from '../file/inspect.ts'
import { openModel } from '../file/open.ts'
import { defaultLimits } from '../limits.ts'
import { readZip } from '../zip/zip.ts'

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../fixtures/${name}/model.zip`, import.meta.url))))

type Change = (path: string, content: Uint8Array) => Uint8Array | undefined

const changed = (name: string, change: Change): Uint8Array => {
  const files: Zippable = {}
  for (const entry of readZip(fixture(name), defaultLimits)) {
    const content = change(entry.name, entry.read())
    if (content !== undefined) files[entry.name] = content
  }
  return zipSync(files)
}

/** Other metadata, without the checksums that would tell. */
const lying = (name: string, from: RegExp, to: string): Uint8Array => {
  let isChanged = false
  const file = changed(name, (path, content) => {
    if (path.endsWith('.crc')) return undefined
    if (!path.includes('metadata/part-')) return content
    const text = new TextDecoder().decode(content)
    const other = text.replace(from, to)
    isChanged ||= other !== text
    return new TextEncoder().encode(other)
  })
  expect(isChanged).toBe(true)
  return file
}

const codeOf = (file: Uint8Array): string => {
  try {
    openModel(file)
    return 'loaded'
  } catch (error) {
    if (error instanceof ModelsmithError) return error.code
    throw error
  }
}

const metadata = (className: string, more: Readonly<Record<string, unknown>>): Zippable => ({
  'metadata/part-00000': new TextEncoder().encode(
    JSON.stringify({ class: `org.apache.spark.ml.${className}`, paramMap: {}, defaultParamMap: {}, ...more }),
  ),
})

describe('metadata that do not fit the data', () => {
  it.each([
    ['a class with other data', 'spark-2.4.4/linear_svc', /LinearSVCModel/, 'LogisticRegressionModel', 'spark.column'],
    ['more trees than there are', 'spark-2.4.4/rfc_one_tree', /"numTrees":1\}\s*$/, '"numTrees":7}', 'spark.mismatch'],
    [
      'trees without number',
      'spark-2.4.4/rfc_one_tree',
      /"numTrees":1\}\s*$/,
      '"numTrees":1000000000}',
      'modelFile.limit',
    ],
    [
      'fewer features than trees ask for',
      'spark-2.4.4/rfc_one_tree',
      /"numFeatures":\d+/,
      '"numFeatures":1',
      'model.tree',
    ],
    ['more classes than leaves have', 'spark-2.4.4/rfc_one_tree', /"numClasses":\d/, '"numClasses":9', 'model.tree'],
    ['another rank', 'spark-2.4.4/als_implicit_drop', /"rank":\d+/, '"rank":19000000', 'spark.mismatch'],
    ['a rank of nothing', 'spark-2.4.4/als_implicit_drop', /"rank":\d+/, '"rank":0', 'spark.value'],
    ['another cold start', 'spark-2.4.4/als_implicit_drop', /"drop"/, '"wait"', 'model.parameter'],
    ['more words than there are', 'spark-2.4.4/lda_em', /"vocabSize":8/, '"vocabSize":19000000', 'spark.mismatch'],
    ['fewer words than there are', 'spark-2.4.4/lda_em', /"vocabSize":8/, '"vocabSize":3', 'spark.mismatch'],
    ['other topics', 'spark-2.4.4/lda_em', /"k":3,"vocab/, '"k":4,"vocab', 'spark.mismatch'],
    ['a cluster that is not there', 'spark-2.4.4/bisecting_kmeans', /"rootId":-1/, '"rootId":77', 'spark.mismatch'],
    ['an unknown distance', 'spark-2.4.4/bisecting_kmeans', /"euclidean"/g, '"nearby"', 'model.parameter'],
    ['buckets of no length', 'spark-2.4.4/bucketed_lsh', /"bucketLength":2.0/, '"bucketLength":0', 'spark.value'],
    [
      'another kind of target',
      'spark-4.3.0/TargetEncoder',
      /"targetType":"binary"/,
      '"targetType":"odd"',
      'model.parameter',
    ],
    [
      'columns without data',
      'spark-4.3.0/TargetEncoder',
      /"inputCols":\["place",/,
      '"inputCols":["place","more",',
      'spark.mismatch',
    ],
    ['another kind of Bayes', 'spark-3.5.9/NaiveBayes_gaussian', /"gaussian"/, '"bernoulli"', 'spark.value'],
    [
      'layers of other widths',
      'spark-3.5.9/MultilayerPerceptron',
      /"layers":\[5,4,3\]/,
      '"layers":[5,40000000,3]',
      'spark.mismatch',
    ],
    ['fewer bounds', 'spark-3.5.9/Bucketizer', /"splits":\[[^\]]*\]/, '"splits":[1,2]', 'spark.value'],
    ['an index below zero', 'spark-3.5.9/VectorSlicer', /"indices":\[4,1\]/, '"indices":[4,-1]', 'spark.value'],
    ['a size that is none', 'spark-3.5.9/VectorSizeHint', /"size":5/, '"size":-5', 'spark.value'],
  ])('refuses %s', (_, name, from, to, code) => {
    expect(codeOf(lying(name, from, to))).toBe(code)
  })

  it('refuses a pipeline without one of its stages, and one with another', () => {
    const without = changed('spark-2.4.4/pipe_pca_kmeans', (path, content) =>
      path.includes('stages/0_') || path.endsWith('.crc') ? undefined : content,
    )
    expect(codeOf(without)).toBe('spark.stage')
    expect(inspect(without).verdict).toBe('invalid')
    expect(codeOf(lying('spark-2.4.4/pipe_pca_kmeans', /"stageUids":\["[^"]*",/, '"stageUids":['))).toBe('spark.stage')
    expect(codeOf(lying('spark-2.4.4/pipe_pca_kmeans', /,"[^"]*"\]/, ']'))).toBe('spark.extraStage')
  })
})

describe('what holds itself', () => {
  it('is refused in a tree: a child that is its own parent', () => {
    const looped = changed('spark-2.4.4/rfc_one_tree', (path, content) => {
      if (path.endsWith('.crc')) return undefined
      // The left child of node 1, as it lies in the Parquet file.
      return path.includes('data/part-00001') ? content.map((byte, at) => (at === 1078 ? 1 : byte)) : content
    })
    expect(codeOf(looped)).toBe('spark.cycle')
    expect(inspect(looped).problem?.message).toContain('node 1 lies below node 1')
  })

  it('is refused in a pipeline that lists itself', () => {
    const uid = 'PipelineModel_1'
    const file = zipSync(metadata('PipelineModel', { uid, paramMap: { stageUids: [uid] } }))
    expect(codeOf(file)).toBe('spark.cycle')
  })
})

describe('vectors that say that they are large', () => {
  it.each([
    [{ type: 0, size: 2 ** 31, indices: [], values: [] }, 'modelFile.limit'],
    [{ type: 0, size: 5, indices: [5], values: [1] }, 'spark.value'],
    [{ type: 0, size: 5, indices: [-1], values: [1] }, 'spark.value'],
    [{ type: 0, size: -5, indices: [], values: [] }, 'spark.value'],
    [{ type: 0, size: 5, indices: [1, 2], values: [1] }, 'spark.value'],
    [{ type: 7, size: 5, indices: [1], values: [1] }, 'spark.value'],
  ])('refuses %j before it makes room for them', (scalingVec, code) => {
    const before = process.memoryUsage().arrayBuffers
    const file = zipSync(
      metadata('feature.ElementwiseProduct', { paramMap: { inputCol: 'a', outputCol: 'b', scalingVec } }),
    )
    expect(codeOf(file)).toBe(code)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22)
  })
})

describe('checksums beside the files', () => {
  const withCrc = 'spark-4.3.0/TargetEncoder'

  it('are compared with what was saved', () => {
    expect(codeOf(changed(withCrc, (_, content) => content))).toBe('loaded')
    const longer: Change = (path, content) =>
      path.includes('metadata/part-') ? Uint8Array.of(...content, 32) : content
    expect(codeOf(changed(withCrc, longer))).toBe('spark.checksum')
    const flipped: Change = (path, content) =>
      path.endsWith('.parquet') ? content.map((byte, at) => (at === 40 ? byte ^ 4 : byte)) : content
    expect(codeOf(changed(withCrc, flipped))).toBe('spark.checksum')
    expect(inspect(changed(withCrc, longer)).problem?.message).toContain('does not match the checksums')
  })

  it.each([
    ['empty', () => new Uint8Array()],
    ['of another kind', (content: Uint8Array) => content.map((byte, at) => (at === 0 ? 0 : byte))],
    ['cut short', (content: Uint8Array) => content.subarray(0, -1)],
    ['of chunks of no bytes', (content: Uint8Array) => content.map((byte, at) => (at >= 4 && at < 8 ? 0 : byte))],
    ['of chunks without end', (content: Uint8Array) => content.map((byte, at) => (at === 4 ? 255 : byte))],
  ])('are refused where they are %s', (_, change) => {
    const file = changed(withCrc, (path, content) => (path.includes('metadata/.part') ? change(content) : content))
    expect(codeOf(file)).toBe('spark.checksum')
  })

  it('are not needed', () => {
    expect(codeOf(changed(withCrc, (path, content) => (path.endsWith('.crc') ? undefined : content)))).toBe('loaded')
  })
})

describe('archives', () => {
  const good = metadata('feature.VectorAssembler', { paramMap: { inputCols: ['a'], outputCol: 'b' } })
  const withEntry = (name: string, more: object = {}): Uint8Array =>
    zipSync({ ...good, [name]: [new TextEncoder().encode('x'), more] as never })
  const replaced = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
    new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1'))

  it('are read where nothing is wrong', () => {
    expect(codeOf(zipSync(good))).toBe('loaded')
  })

  it.each([
    ['that lead out', '../../evil', 'zip.traversal'],
    ['that lead out in the middle', 'data/../../evil', 'zip.traversal'],
    ['that lead out of Windows', '..\\evil', 'zip.traversal'],
    ['from the root', '/etc/passwd', 'zip.absolutePath'],
    ['from the root of Windows', 'C:\\evil', 'zip.absolutePath'],
    ['of Windows', 'data\\x', 'zip.name'],
    ['with a NUL', 'data/a\0b', 'zip.name'],
    ['with an empty part', 'data//b', 'zip.name'],
    ['that are very long', `data/${'x'.repeat(5_000)}`, 'zip.name'],
    ['that are a file and a folder', 'metadata/part-00000/x', 'zip.fileAndFolder'],
  ])('refuses names %s', (_, name, code) => {
    expect(codeOf(withEntry(name))).toBe(code)
  })

  it('refuses links, pipes and devices', () => {
    for (const type of [0o120777, 0o010777, 0o020777])
      expect(codeOf(withEntry('data/link', { os: 3, attrs: type << 16 }))).toBe('zip.link')
  })

  it('refuses a name that is there twice', () => {
    const two = zipSync({ ...good, 'data/1': new Uint8Array(1), 'data/2': new Uint8Array(2) })
    expect(codeOf(replaced(two, 'data/2', 'data/1'))).toBe('zip.duplicate')
  })

  it('refuses entries that share their data', () => {
    const two = zipSync({
      ...good,
      'data/a': [new Uint8Array(9), { level: 0 }],
      'data/b': [new Uint8Array(9), { level: 0 }],
    })
    const view = new DataView(two.buffer)
    const local = Buffer.from(two).indexOf('data/a') - 30
    const central = Buffer.from(two).lastIndexOf('data/b') - 46
    view.setUint32(central + 42, local, true)
    expect(codeOf(replaced(two, 'data/b', 'data/a'))).toBe('zip.overlap')
  })

  it('refuses what is encrypted, in parts, packed in another way, or cut short', () => {
    const bytes = zipSync(good)
    const central = Buffer.from(bytes).indexOf('PK\x01\x02')
    const end = Buffer.from(bytes).indexOf('PK\x05\x06')
    const set = (at: number, value: number): Uint8Array => bytes.map((byte, index) => (index === at ? value : byte))
    expect(codeOf(set(central + 8, 1))).toBe('zip.encrypted')
    expect(codeOf(set(central + 10, 99))).toBe('zip.unsupported')
    expect(codeOf(set(end + 8, 2))).toBe('zip.invalid')
    expect(codeOf(bytes.subarray(0, bytes.length - 5))).toBe('zip.truncated')
    expect(codeOf(bytes.subarray(0, 20))).toBe('zip.truncated')
  })

  it('limits how many entries there are, also where the count lies', () => {
    const many: Zippable = { ...good }
    for (let i = 0; i < 2_100; i++) many[`data/${i}`] = new Uint8Array()
    const bytes = zipSync(many)
    expect(codeOf(bytes)).toBe('zip.entries')
    const end = Buffer.from(bytes).lastIndexOf('PK\x05\x06')
    const told = (count: number): Uint8Array => {
      const other = bytes.slice()
      for (const at of [end + 8, end + 10]) new DataView(other.buffer).setUint16(at, count, true)
      return other
    }
    // A million entries, of which sixteen bits tell the rest of a division.
    expect(codeOf(told(1_000_000 % 65_536))).toBe('zip.entries')
    expect(codeOf(told(65_535))).toBe('zip.unsupported')
    expect(codeOf(told(3))).toBe('zip.invalid')
  })

  it('limits their size', () => {
    expect(() => openModel(zipSync(good), { limits: { ...defaultLimits, fileBytes: 20 } })).toThrow('the limit is 20')
  })

  it('limits what they unpack to, used or not', () => {
    expect(codeOf(zipSync({ ...good, 'data/zeros': new Uint8Array(2 ** 24) }))).toBe('zip.bomb')
    expect(codeOf(zipSync({ ...good, '.hidden.crc': new Uint8Array(2 ** 24) }))).toBe('zip.bomb')
  })
})
