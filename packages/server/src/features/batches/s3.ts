import type { Context } from '../../infra/context.ts'
import { accessOf, type Asker, placeOf, type S3Place, s3Error } from '../../infra/s3/index.ts'
import type { JobRow } from '../jobs/index.ts'
import { fieldsFor } from './credential.ts'

export type At = { readonly credentialId: string; readonly url: string }

/** S3 that a credential names, for whoever may still give the credential to others, and the place there. */
export const openS3 = async (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  { credentialId, url }: At,
  { owner_id }: Pick<JobRow, 'owner_id'>,
  signal: AbortSignal,
): Promise<{ readonly asker: Asker; readonly place: S3Place }> => {
  const fields = await database.transaction((queries) => fieldsFor(settings, queries, credentialId, owner_id))
  const access = accessOf(fields)
  const place = placeOf(url)
  const { bucket: only } = access
  if (only !== undefined && only !== place.bucket) throw s3Error('s3.otherBucket', { bucket: place.bucket, only })
  return { asker: { access, allowed: settings.s3Hosts, signal }, place }
}
