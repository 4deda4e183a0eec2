import { TargetType } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Finding, Id, Name, Nullable, PersonRef, strict, Timestamp } from '../common.ts'
import { Application, HostedModel, ModelFile, ModelRelease, Proof, PublishConfiguration } from './hosting.ts'
import { Origin } from './origins.ts'
import { LineageItem } from './reports.ts'

const PublicKey = Type.String({
  // The last letter has four bits: other letters would be other texts of the same key.
  pattern: '^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$',
  description: 'An Ed25519 key: its 32 bytes in base64',
})

/** What this installation signs archives with, as others are told of it. */
export const SigningKey = Type.Object(
  {
    publicKey: PublicKey,
    fingerprint: Origin.properties.fingerprint,
    address: Type.String({ description: 'Where this installation says that it is' }),
  },
  { ...strict, $id: 'SigningKey' },
)
export type SigningKey = Static<typeof SigningKey>

/** An installation whose archives are taken here. */
export const TrustedInstallation = Type.Object(
  {
    id: Id,
    name: Name,
    publicKey: PublicKey,
    fingerprint: Origin.properties.fingerprint,
    addedBy: PersonRef,
    addedAt: Timestamp,
  },
  { ...strict, $id: 'TrustedInstallation' },
)
export type TrustedInstallation = Static<typeof TrustedInstallation>
export const TrustedInstallationCreate = Type.Object({ name: Name, publicKey: PublicKey }, strict)

const Text = Type.String({ maxLength: 10_000 })
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** `manifest.json` of the archive of a release: what it holds and where it comes from. What is signed is this text. */
export const ArchiveManifest = Type.Object(
  {
    format: Type.Literal('modelsmith-release'),
    version: Type.Literal(1),
    installation: Type.Object({ address: Text, fingerprint: Sha256 }, strict),
    exportedAt: Timestamp,
    exportedBy: Text,
    model: Type.Object({ id: Id, name: Name, alias: Text, description: Text }, strict),
    release: Type.Object(
      {
        id: Id,
        number: Type.Integer({ minimum: 1 }),
        description: Text,
        publishedAt: Timestamp,
        experiment: Name,
        algorithm: Text,
        application: Application,
        configuration: PublishConfiguration,
        targetType: TargetType,
        classes: Type.Array(Type.String()),
        proof: Nullable(Proof),
      },
      strict,
    ),
    /** native: the file is read, and scored by the platform itself; code: what code learnt or reads, in a sandbox. */
    answeredBy: Type.Enum(['native', 'code']),
    /** The model file as it was uploaded; null of a model that was trained. */
    file: Nullable(ModelFile),
    /** What code answers beside predictions. */
    outputs: HostedModel.properties.outputs,
    environments: Type.Array(
      Type.Object(
        {
          name: Type.String({ maxLength: 255 }),
          packages: Type.Array(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
        },
        strict,
      ),
    ),
    metrics: Origin.properties.metrics,
    lineage: Type.Array(LineageItem),
    files: Type.Array(
      Type.Object(
        { path: Type.String({ maxLength: 1_024 }), bytes: Type.Integer({ minimum: 0 }), sha256: Sha256 },
        strict,
      ),
    ),
  },
  strict,
)
export type ArchiveManifest = Static<typeof ArchiveManifest>

/** `signature.json` of an archive: by whose key the manifest is signed. */
export const ArchiveSignature = Type.Object(
  {
    algorithm: Type.Literal('Ed25519'),
    publicKey: PublicKey,
    signature: Type.String({ pattern: '^[A-Za-z0-9+/]{86}==$' }),
  },
  strict,
)
export type ArchiveSignature = Static<typeof ArchiveSignature>

export const ReleaseTags = Type.Object(
  {
    tags: Type.Array(Type.String({ maxLength: 40, pattern: '^\\S(.*\\S)?$' }), { maxItems: 20 }),
  },
  strict,
)

const Side = Nullable(Type.String())
/** What two releases of one line have not in common; what only one of them has is null in the other. */
export const ReleaseComparison = Type.Object(
  {
    before: ModelRelease,
    after: ModelRelease,
    signature: Type.Array(Finding, {
      description: 'What clients would notice if the second answered in place of the first',
    }),
    facts: Type.Array(Type.Object({ what: Type.String(), before: Side, after: Side }, strict), {
      description: 'What answers and its publish configuration, where they differ',
    }),
    metrics: Type.Array(
      Type.Object(
        { part: Type.String(), name: Type.String(), before: Nullable(Type.Number()), after: Nullable(Type.Number()) },
        strict,
      ),
      { description: 'All scores that either of them has' },
    ),
    files: Type.Array(
      Type.Object(
        {
          path: Type.String(),
          change: Type.Enum(['added', 'removed', 'changed']),
          beforeBytes: Nullable(Type.Integer()),
          afterBytes: Nullable(Type.Integer()),
        },
        strict,
      ),
    ),
    packages: Type.Array(
      Type.Object({ environment: Type.String(), name: Type.String(), before: Side, after: Side }, strict),
      { description: 'Packages of the environments that code runs in here, where they differ' },
    ),
    notShown: Type.Array(Type.String(), { description: 'What the reader may not see of it, in words' }),
  },
  { ...strict, $id: 'ReleaseComparison' },
)
export type ReleaseComparison = Static<typeof ReleaseComparison>

/** Where a package of Python or R is in use: in the environments that code of deployments runs in. */
export const PackageQuery = Type.Object(
  {
    language: Type.Enum(['python', 'r']),
    package: Type.String({
      pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]{0,212}[A-Za-z0-9])?$',
      description: 'Of Python in any spelling, of R exactly',
    }),
    below: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Only versions before this one, by PEP 440 or by the rules of R; any where nothing is said',
      }),
    ),
  },
  strict,
)
export const Rebuild = Type.Object(
  {
    package: { ...PackageQuery.properties.package, description: 'A package of Python, in any spelling' },
    atLeast: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9.!+_-]+$',
      description: 'The version that it has to have, or a later one, by PEP 440',
    }),
  },
  strict,
)
export type Rebuild = Static<typeof Rebuild>

const OfDeployment = { deploymentId: Id, deploymentName: Type.String(), modelName: Type.String() }
export const PackageUses = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          ...OfDeployment,
          release: Type.Integer(),
          environment: Type.String(),
          package: Type.String(),
          version: Type.String(),
        },
        strict,
      ),
    ),
    looked: Type.Integer({ description: 'Deployments that were looked at: all that the reader may see' }),
    native: Type.Integer({ description: 'Those of them that run no code, and so no package' }),
    unknown: Type.Array(Type.Object({ ...OfDeployment, reason: Type.String() }, strict), {
      description: 'Of which it cannot be told, and why',
    }),
  },
  { ...strict, $id: 'PackageUses' },
)
export type PackageUses = Static<typeof PackageUses>

/** Where a release comes from, back to data and code. */
export const ReleaseLineage = Type.Object(
  {
    releaseId: Id,
    origin: Nullable(Origin),
    items: Type.Array(LineageItem, { description: 'From the release back to data and code' }),
  },
  { ...strict, $id: 'ReleaseLineage' },
)
export type ReleaseLineage = Static<typeof ReleaseLineage>
