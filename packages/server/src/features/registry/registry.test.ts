import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  ArchiveManifest,
  Experiment,
  Job,
  ModelRelease,
  ReleaseComparison,
  ReleaseLineage,
  SigningKey,
  TrustedInstallation,
} from '@modelsmith/api'
import { defaultLimits, readZip } from '@modelsmith/scoring'
import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { makeSigningKey, publicKeyOf, readSigningKey, signText } from '../../infra/secrets/signing.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { type TestPerson, withPlatform } from '../../testing/platform.ts'
import { noSessions, runJob } from '../../testing/world.ts'
import { predictJob, zip } from '../models/index.ts'

const platform = withPlatform()
const fixtures = join(import.meta.dirname, '../../../../../fixtures/sklearn-0.21.3')
const as = (person: TestPerson) => (operation: Parameters<typeof call>[2], parts?: CallParts) =>
  call(platform, person, operation, parts)
/** Ann's organisation exports; Bob, who administers another one, imports. */
const ann = (...asked: Parameters<ReturnType<typeof as>>) => as(platform.people.ann)(...asked)
const bob = (...asked: Parameters<ReturnType<typeof as>>) => as(platform.people.bob)(...asked)

const fields = ['sepal length', 'sepal width', 'petal length', 'petal width']
let model = ''
let release: ModelRelease
let archive: Buffer
let key: KeyObject
let trusted: TrustedInstallation

const publish = async (
  name: string,
  fixture: string,
  description: string,
  configuration: object,
): Promise<ModelRelease> => {
  const begun = (await ann('createExperiment', { params: { id: model }, body: { name } })).body
  const params = { id: String(begun['id']) }
  const files = { 'iris.pkl': await readFile(join(fixtures, fixture, 'model.pkl')) }
  const { application, version } = (await ann('uploadModelFile', { params, files })).body as unknown as Experiment
  const inputs = application.inputs.map((input, at) => ({ ...input, field: fields[at] ?? null }))
  const body = { application: { inputs, passThrough: [{ field: 'flower', type: 'text' }] } }
  const changed = await ann('changeExperiment', { params, body, ifMatch: version })
  await ann('submitExperiment', { params, ifMatch: Number(changed.body['version']) })
  const asked = { experimentId: params.id, description, configuration }
  const started = await ann('releaseExperiment', { params: { id: model }, body: asked })
  const { release: preparing, job } = started.body as unknown as { release: ModelRelease; job: Job }
  await runJob(platform, platform.people.ann, job.id)
  return (await ann('getModelRelease', { params: { id: preparing.id } })).body as unknown as ModelRelease
}

beforeAll(async () => {
  const { signingKeyFile } = platform.context.settings
  makeSigningKey(signingKeyFile)
  key = readSigningKey(signingKeyFile)
  model = String((await ann('createRegisteredModel', { body: { name: 'Irises', sensitivity: 'public' } })).body['id'])
  release = await publish('Tree', 'dtc_iris', 'The first', { rowsPerRequest: 50 })
  archive = (await ann('exportRelease', { params: { id: release.id } })).bytes
  const known = (await bob('getSigningKey')).body as unknown as SigningKey
  const trust = { name: 'Our laboratory', publicKey: known.publicKey }
  trusted = (await bob('addTrustedInstallation', { body: trust })).body as unknown as TrustedInstallation
}, 120_000)

const taking = (bytes: Uint8Array, fieldsOf: Readonly<Record<string, string>> = {}, person = platform.people.bob) =>
  call(platform, person, 'importRelease', { files: { 'release.zip': bytes }, fields: fieldsOf })

type Entries = Readonly<Record<string, Uint8Array | string>>
const entriesOf = (bytes: Uint8Array): Record<string, Uint8Array> =>
  Object.fromEntries(readZip(bytes, defaultLimits).map(({ name, read }) => [name, read()]))
const packed = async (entries: Entries): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  const each = Object.entries(entries).map(([path, text]) => {
    const bytes = Buffer.from(text as string)
    return { path, size: bytes.length, read: () => bytes }
  })
  for await (const part of zip(each)) parts.push(part)
  return Buffer.concat(parts)
}
const manifestOf = (bytes: Uint8Array) =>
  JSON.parse(Buffer.from(entriesOf(bytes)['manifest.json'] ?? '').toString()) as ArchiveManifest
/** The archive with another manifest, signed by whom one likes. */
const signed = (manifest: object, by: KeyObject = key): Promise<Buffer> => {
  const text = JSON.stringify(manifest)
  const signature = { algorithm: 'Ed25519', publicKey: publicKeyOf(by), signature: signText(by, Buffer.from(text)) }
  return packed({ ...entriesOf(archive), 'manifest.json': text, 'signature.json': JSON.stringify(signature) })
}
const refusal = async (bytes: Uint8Array, fieldsOf?: Readonly<Record<string, string>>) => {
  const before = await counts()
  const { status, body } = await taking(bytes, fieldsOf)
  expect(await counts()).toEqual(before)
  return { status, code: body.code, message: body['detail'], findings: body.findings?.map(({ message }) => message) }
}
const counts = () =>
  platform.context.database.first(sql`select (select count(*) from model_release) as releases,
    (select count(*) from registered_model) as models, (select count(*) from stored_object_reference) as held`)

const csv = `flower,${fields.join(',')}\na,5.1,3.5,1.4,0.2\nb,6.7,3.1,4.7,1.5\nc,6.3,3.3,6,2.5\n`
const predicted = async (id: string, person: TestPerson): Promise<string> => {
  const started = await call(platform, person, 'predictReleaseFile', { params: { id }, files: { 'rows.csv': csv } })
  const { id: job } = started.body['job'] as Job
  await runJob(platform, person, job, { predictFile: predictJob(platform.context, noSessions) })
  return (await call(platform, person, 'downloadJobResult', { params: { id: job } })).text
}

describe('the archive of a release', () => {
  it('has what answers, what it takes and where it comes from, each file with its hash', () => {
    const manifest = manifestOf(archive)
    expect(manifest).toMatchObject({
      answeredBy: 'native',
      model: { name: 'Irises' },
      release: { number: 1, description: 'The first', experiment: 'Tree', configuration: { rowsPerRequest: 50 } },
      file: { fileName: 'iris.pkl' },
    })
    expect(manifest.lineage.map(({ what, name }) => [what, name])).toEqual([
      ['registered model', 'Irises'],
      ['experiment', 'Tree'],
      ['model file', 'iris.pkl'],
    ])
    expect(manifest.files.map(({ path }) => path)).toEqual(['README.md', 'served/model'])
    expect(Object.keys(entriesOf(archive))).toEqual(['manifest.json', 'signature.json', 'README.md', 'served/model'])
  })

  it('is for those who may take the model away: whoever may ask it may not', async () => {
    const asked = await call(platform, platform.people.mia, 'exportRelease', { params: { id: release.id } })
    expect([asked.status, asked.body.code]).toEqual([403, 'object.forbidden'])
  })

  it('becomes a model of its own, with its origin and lineage, and predicts the same', async () => {
    const { status, body } = await taking(archive, { name: 'Irises of the laboratory' })
    expect(status).toBe(201)
    const made = body as unknown as ModelRelease
    const { id, registeredModelId, experimentId, origin, createdAt, publishedAt, jobId, ...same } = made
    const {
      id: _,
      registeredModelId: __,
      experimentId: ___,
      origin: ____,
      createdAt: c,
      publishedAt: p,
      jobId: j,
      ...original
    } = release
    expect([c, p, j].every((each) => each !== null)).toBe(true)
    expect(same).toEqual(original)
    expect([experimentId, jobId]).toEqual([null, null])
    expect(createdAt).toBe(publishedAt)
    expect(origin).toMatchObject({
      installation: 'Our laboratory',
      fingerprint: trusted.fingerprint,
      modelName: 'Irises',
      releaseId: release.id,
      releaseNumber: 1,
      publishedAt: release.publishedAt,
      exportedBy: 'Ann',
      importedBy: { name: 'Bob' },
    })
    const read = await bob('getRegisteredModel', { params: { id: registeredModelId } })
    expect(read.body).toMatchObject({ name: 'Irises of the laboratory', latestRelease: { number: 1 } })
    const { items } = (await bob('getReleaseLineage', { params: { id } })).body as unknown as ReleaseLineage
    expect(items.map(({ what, name, id: of }) => [what, name, of === null])).toEqual([
      ['registered model', 'Irises of the laboratory', false],
      ['installation', 'Our laboratory', true],
      ['registered model', 'Irises', true],
      ['experiment', 'Tree', true],
      ['model file', 'iris.pkl', true],
    ])
    const answers = await predicted(release.id, platform.people.ann)
    expect(answers).toContain('virginica')
    expect(await predicted(id, platform.people.bob)).toBe(answers)
    const deployed = await bob('createDeployment', { body: { name: 'Irises', modelReleaseId: id } })
    expect(deployed.status).toBe(201)
    // From here it goes on, with all that was before.
    const again = manifestOf((await bob('exportRelease', { params: { id } })).bytes)
    expect(again.lineage.map(({ what }) => what)).toEqual(items.map(({ what }) => what))
  })

  it('stands by in a line that has a latest release, and comes into it once', async () => {
    const line = (await taking(archive)).body as unknown as ModelRelease
    const fieldsOf = { registeredModelId: line.registeredModelId }
    expect(await refusal(archive, fieldsOf)).toMatchObject({ status: 409, code: 'archive.twice' })
    const other = await signed({
      ...manifestOf(archive),
      release: { ...manifestOf(archive).release, id: 'modelRelease_0000000000000000000000000a' },
    })
    expect((await taking(other, fieldsOf)).body).toMatchObject({ number: 2, state: 'standby' })
    const latest = await bob('getRegisteredModel', { params: { id: line.registeredModelId } })
    expect(latest.body).toMatchObject({ latestRelease: { id: line.id } })
  })
})

describe('an archive is refused, whole,', () => {
  it('of an installation that nobody trusts', async () => {
    const foreign = generateKeyPairSync('ed25519').privateKey
    const found = await refusal(await signed(manifestOf(archive), foreign))
    expect(found).toMatchObject({ status: 403, code: 'archive.untrusted' })
    expect((await taking(archive, {}, platform.people.ann)).body.code).toBe('archive.untrusted')
  })

  it('with a manifest that was changed after it was signed', async () => {
    const text = JSON.stringify({ ...manifestOf(archive), exportedBy: 'Eve' })
    const found = await refusal(await packed({ ...entriesOf(archive), 'manifest.json': text }))
    expect(found).toMatchObject({ status: 422, code: 'archive.signature' })
    expect(found.message).toBe('The manifest of the archive is not what "Our laboratory" has signed: it was changed.')
  })

  it('with a byte that is another', async () => {
    const at = archive.indexOf(Buffer.from(entriesOf(archive)['served/model'] as Uint8Array).subarray(0, 64)) + 40
    const changed = Buffer.from(archive)
    changed[at] = (changed[at] as number) ^ 1
    const found = await refusal(changed)
    expect(found).toMatchObject({ status: 422, code: 'archive.refused' })
    expect(found.findings).toEqual([
      'The file "served/model" is damaged: The zip archive is damaged: the entry "served/model" is not what the directory says.',
    ])
  })

  it('with files that are others, missing or more, and says all of it at once', async () => {
    const { 'README.md': _, ...rest } = entriesOf(archive)
    const files = { ...rest, 'served/model': Buffer.from('N.'), 'served/more': 'x' }
    const found = await refusal(await packed(files))
    expect(found).toMatchObject({ status: 422, code: 'archive.refused' })
    expect(found.findings).toEqual([
      'The file "README.md" was signed and is not in the archive.',
      'The file "served/model" is not the one that was signed.',
      'The file "served/more" is in the archive and was not signed.',
    ])
  })

  it('that is cut short, or is no archive', async () => {
    expect(await refusal(archive.subarray(0, archive.length - 100))).toMatchObject({ code: 'zip.truncated' })
    expect(await refusal(Buffer.from('no zip'))).toMatchObject({ code: 'zip.truncated' })
    expect(await refusal(await packed({ a: 'b' }))).toMatchObject({ status: 422, code: 'archive.notOne' })
    const { files: _, ...manifest } = manifestOf(archive)
    expect(await refusal(await signed(manifest))).toMatchObject({ code: 'archive.manifest' })
    expect(await refusal(await signed({ ...manifest, version: 2 }))).toMatchObject({
      status: 415,
      code: 'archive.version',
    })
    const unsigned = await packed({ ...entriesOf(archive), 'signature.json': '{}' })
    expect(await refusal(unsigned)).toMatchObject({ code: 'archive.signatureForm' })
    const deep = await packed({ ...entriesOf(archive), 'signature.json': '['.repeat(5000) })
    expect(await refusal(deep)).toMatchObject({ status: 413, code: 'archive.envelope' })
  })

  it('that leads out of itself, or has an entry twice', async () => {
    const slip = await packed({ ...entriesOf(archive), '../../etc/passwd': 'x' })
    expect(await refusal(slip)).toMatchObject({ code: 'zip.traversal' })
    const twice = Buffer.from(await packed({ ...entriesOf(archive), 'served/modem': 'x' }))
    for (let at = twice.indexOf('served/modem'); at >= 0; at = twice.indexOf('served/modem', at + 1))
      twice.write('served/model', at)
    expect(await refusal(twice)).toMatchObject({ code: 'zip.duplicate' })
  })

  it('whose model is not what the release says, though somebody signed it', async () => {
    const manifest = manifestOf(archive)
    const { release: told } = manifest
    const inputs = told.application.inputs.slice(1)
    const other = { ...told, classes: ['a', 'b'], application: { ...told.application, inputs } }
    const found = await refusal(await signed({ ...manifest, release: other }))
    expect(found).toMatchObject({ status: 422, code: 'archive.refused' })
    expect(found.findings).toEqual([
      expect.stringMatching(
        /^The model file is read otherwise here: multiclass with the classes .*, not multiclass with the classes a, b\.?$/,
      ),
      expect.stringContaining('x0'),
    ])
  })

  it('whose code leads elsewhere, asks the network, or needs what is not here, though somebody signed it', async () => {
    const node = {
      id: 'model',
      task: 'Tree',
      targetType: 'multiclass',
      environment: 'python-core',
      code: 'code/model',
      artifacts: 'artifacts/model',
      inputs: [{ from: 'data', columns: fields }],
    }
    const codesOf = async (changes: object, packages: readonly object[] = [], more: Entries = {}) => {
      const model = {
        version: 1,
        inputs: release.fields.slice(0, 4).map(({ name, type }) => ({ name, type })),
        targetType: 'multiclass',
        classes: release.classes,
        seed: 0,
        nodes: [{ ...node, ...changes }],
      }
      const { 'README.md': readMe } = entriesOf(archive)
      const served: Entries = { 'README.md': readMe ?? '', 'served/model.json': JSON.stringify(model), ...more }
      const manifest = {
        ...manifestOf(archive),
        answeredBy: 'code',
        file: null,
        environments: [{ name: 'python-core', packages }],
        files: Object.entries(served).map(([path, text]) => ({
          path,
          bytes: Buffer.from(text as string).length,
          sha256: createHash('sha256').update(text).digest('hex'),
        })),
      }
      const text = JSON.stringify(manifest)
      const signature = {
        algorithm: 'Ed25519',
        publicKey: publicKeyOf(key),
        signature: signText(key, Buffer.from(text)),
      }
      const bytes = await packed({ 'manifest.json': text, 'signature.json': JSON.stringify(signature), ...served })
      const { body } = await taking(bytes)
      expect(body.code).toBe('archive.refused')
      return body.findings ?? []
    }
    const having = async (code: string, ...parts: Parameters<typeof codesOf>) =>
      (await codesOf(...parts)).filter((finding) => finding.code === code).map(({ message }) => message)
    expect(await having('modelFiles.notAllowed', {})).toHaveLength(1)
    expect(await having('archive.network', { network: 'public' })).toHaveLength(1)
    const image = { environment: 'environmentVersion_00000000000000000000000000:python' }
    expect(await having('archive.image', image)).toHaveLength(1)
    expect(await having('archive.noEnvironment', { environment: 'python-none' })).toEqual([
      'The environment python-none is not there.',
    ])
    expect(await having('archive.environment', {}, [{ name: 'numpy', version: '0.0.1' }])).toEqual([
      expect.stringMatching(/^The environment python-core has other packages here: .* and \d+ more\.$/),
    ])
    expect(await having('archive.code', { artifacts: '../../../etc' })).toEqual([
      'model.json of the archive is not as it should be: the node "model" has its files elsewhere',
    ])
    expect(await having('archive.code', { id: '../model' })).toEqual([expect.stringContaining('/nodes/0/id')])
    expect(await having('archive.code', { environment: 'python-core+0123456789ab' })).toEqual([
      "model.json of the archive is not as it should be: the lock of python-core+0123456789ab is another's",
    ])
    expect(await having('archive.code', {}, [], { 'served/model.json': '{' })).toEqual([
      'model.json of the archive is not as it should be: it is no JSON',
    ])
  })

  it('by whoever may not make models', async () => {
    const { status, body } = await taking(archive, {}, platform.people.vera)
    expect([status, body.code]).toEqual([403, 'object.forbidden'])
  })
})

describe('two releases', () => {
  it('are compared: what clients notice, what was changed, and which files', async () => {
    const configuration = { rowsPerRequest: 10, probabilities: false, passThrough: [] }
    const later = await publish('Vectors', 'svc_rbf_ovr_iris', 'The second', configuration)
    const compared = await ann('compareReleases', { params: { id: release.id }, query: { with: later.id } })
    const { signature, facts, metrics, files, packages, notShown } = compared.body as unknown as ReleaseComparison
    expect(signature.map(({ code }) => code)).toEqual([
      'signature.fieldGone',
      'signature.probabilities',
      'signature.rowsPerRequest',
    ])
    expect(facts).toEqual([
      { what: 'experiment', before: 'Tree', after: 'Vectors' },
      { what: 'description', before: 'The first', after: 'The second' },
      { what: 'algorithm', before: 'sklearn.DecisionTreeClassifier', after: 'sklearn.SVC' },
      { what: 'model file', before: expect.stringMatching(/^iris.pkl /), after: expect.stringMatching(/^iris.pkl /) },
      { what: 'probabilities', before: 'true', after: 'false' },
      { what: 'fields passed through', before: 'all', after: 'none' },
      { what: 'rows a request', before: '50', after: '10' },
    ])
    expect(files).toMatchObject([{ path: 'model', change: 'changed', beforeBytes: release.file?.bytes }])
    expect([metrics, packages, notShown]).toEqual([[], [], []])
    const same = await ann('compareReleases', { params: { id: later.id }, query: { with: later.id } })
    expect(same.body).toMatchObject({ signature: [], facts: [], files: [] })
  })

  it('of different models are not compared', async () => {
    const { id } = (await taking(archive)).body as unknown as ModelRelease
    const other = (await taking(archive)).body as unknown as ModelRelease
    const asked = await bob('compareReleases', { params: { id }, query: { with: other.id } })
    expect([asked.status, asked.body.code]).toEqual([422, 'release.ofAnother'])
  })
})

describe('tags of a release', () => {
  it('are set by whoever may change the model, and are each there once', async () => {
    const params = { id: release.id }
    const tagged = await ann('tagRelease', { params, body: { tags: ['approved', 'spring', 'approved'] } })
    expect(tagged.body).toMatchObject({ tags: ['approved', 'spring'], number: 1 })
    expect((await ann('getModelRelease', { params })).body).toMatchObject({ tags: ['approved', 'spring'] })
    expect((await ann('tagRelease', { params, body: { tags: [' '] } })).status).toBe(422)
    expect((await ann('tagRelease', { params, body: { tags: [] } })).body).toMatchObject({ tags: [] })
  })
})

describe('trust', () => {
  it('is given by administrators, to each key once, and taken back', async () => {
    const publicKey = publicKeyOf(generateKeyPairSync('ed25519').privateKey)
    const made = await bob('addTrustedInstallation', { body: { name: 'Factory', publicKey } })
    expect(made).toMatchObject({ status: 201, body: { name: 'Factory', publicKey, addedBy: { name: 'Bob' } } })
    const twice = await bob('addTrustedInstallation', { body: { name: 'Again', publicKey } })
    expect([twice.status, twice.body['detail']]).toEqual([409, 'The key is trusted already, as "Factory".'])
    const wrong = await bob('addTrustedInstallation', { body: { name: 'Wrong', publicKey: 'AAAA' } })
    expect(wrong.status).toBe(422)
    const id = String(made.body['id'])
    expect((await bob('listTrustedInstallations')).text).toContain(id)
    expect((await ann('listTrustedInstallations')).status).toBe(403)
    expect((await ann('getSigningKey')).status).toBe(403)
    expect((await bob('removeTrustedInstallation', { params: { id } })).status).toBe(204)
    expect((await bob('listTrustedInstallations')).text).not.toContain(id)
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
