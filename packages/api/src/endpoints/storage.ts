import { json, type Endpoint } from '../endpoint.ts'
import { Storage, StorageChange } from '../resources/storage.ts'

/** What takes the disk's space, and how much of it an organisation may have. */
export const storageEndpoints = {
  getStorage: {
    method: 'GET',
    path: '/storage',
    tag: 'system',
    summary:
      'What takes the space of the disk, how much is free, and the quota of the organisation; for administrators',
    auth: 'required',
    status: 200,
    answer: json(Storage),
  },
  changeStorage: {
    method: 'PATCH',
    path: '/storage',
    tag: 'system',
    summary: 'Set how many bytes the organisation may store, or lift the limit',
    auth: 'required',
    body: json(StorageChange),
    status: 200,
    answer: json(Storage),
  },
} as const satisfies Record<string, Endpoint>
