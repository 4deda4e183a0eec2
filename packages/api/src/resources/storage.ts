import Type, { type Static } from 'typebox'
import { Nullable, strict, Timestamp } from '../common.ts'

const bytes = Type.Integer({ minimum: 0 })

/** What takes space: things of the organisation first, then what the platform needs to work. */
const storageUses = [
  'datasets',
  'models',
  'tasks',
  'projects',
  'jobs',
  'keptRows',
  'environmentFolders',
  'stepCache',
  'unheld',
  'otherOrganisations',
  'database',
  'predictionLog',
  'environments',
  'served',
  'working',
  'programs',
] as const

export const Storage = Type.Object(
  {
    disk: Type.Object(
      {
        totalBytes: bytes,
        freeBytes: bytes,
        reservedBytes: Type.Integer({
          minimum: 0,
          description: 'Kept for the database and the log of predictions: nothing else is written when less is free',
        }),
      },
      strict,
    ),
    uses: Type.Array(
      Type.Object(
        { what: Type.Enum([...storageUses]), bytes, objects: Nullable(Type.Integer({ minimum: 0 })) },
        strict,
      ),
      { description: 'Largest first' },
    ),
    organisation: Type.Object(
      {
        storedBytes: Type.Integer({ minimum: 0, description: 'What counts against the quota: all but cached steps' }),
        quotaBytes: Nullable(Type.Integer({ minimum: 1, description: 'null: as much as the disk has room for' })),
      },
      strict,
    ),
    measuredAt: Timestamp,
  },
  { ...strict, $id: 'Storage' },
)
export type Storage = Static<typeof Storage>
export type StorageUse = Storage['uses'][number]['what']
export const StorageChange = Type.Object(
  {
    quotaBytes: Nullable(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Bytes that the organisation may store; null: as much as the disk has room for',
      }),
    ),
  },
  strict,
)
