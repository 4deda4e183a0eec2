import { s3Error } from './errors.ts'

/** Where S3 is, and who asks. */
export type S3Access = {
  readonly endpoint: URL
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Whether the bucket stands in the path, else before the host. */
  readonly pathStyle: boolean
  /** The only bucket that is opened. */
  readonly bucket: string | undefined
}

const regionPattern = /^[a-z0-9-]{1,64}$/
const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** What the fields of a credential name; all that is unfit at once. */
export const accessOf = (fields: Readonly<Partial<Record<string, string>>>): S3Access => {
  const { accessKeyId = '', secretAccessKey = '', region = 'us-east-1', endpoint, bucket, pathStyle } = fields
  const address = URL.parse(endpoint ?? `https://s3.${region}.amazonaws.com`)
  const unfit = [
    ...(accessKeyId.trim() === '' ? ['accessKeyId'] : []),
    ...(secretAccessKey.trim() === '' ? ['secretAccessKey'] : []),
    ...(regionPattern.test(region) ? [] : ['region']),
    ...(address !== null && isEndpoint(address) ? [] : ['endpoint']),
    ...(bucket === undefined || bucketPattern.test(bucket) ? [] : ['bucket']),
    ...(pathStyle === undefined || pathStyle === 'on' || pathStyle === 'off' ? [] : ['pathStyle']),
  ]
  if (unfit.length > 0 || address === null) throw s3Error('s3.fields', { names: unfit })
  return {
    endpoint: address,
    region,
    accessKeyId: accessKeyId.trim(),
    secretAccessKey: secretAccessKey.trim(),
    pathStyle: pathStyle === undefined ? endpoint !== undefined : pathStyle === 'on',
    bucket,
  }
}

const isEndpoint = ({ protocol, username, password, pathname, search, hash }: URL): boolean =>
  /^https?:$/.test(protocol) && username + password + search + hash === '' && pathname === '/'
