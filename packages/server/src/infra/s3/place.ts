import { storable } from '../database/text.ts'
import { s3Error } from './errors.ts'

/** An object, or where the key is empty or ends in "/" all that is beneath it. */
export type S3Place = { readonly bucket: string; readonly key: string }

/** `s3://bucket/key`, which the schema of an address has checked. */
export const placeOf = (address: string): S3Place => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(address) ?? []
  return { bucket, key }
}

export const wordsOf = ({ bucket, key }: S3Place): string => storable(`s3://${bucket}/${key}`)

/** As a path of HTTP. */
export const pathOf = (place: S3Place): string => {
  const parts = place.key.split('/')
  if (parts.some((part) => part === '.' || part === '..')) throw s3Error('s3.key', { place: wordsOf(place) })
  return parts.map(encoded).join('/')
}

/** As signatures have it (RFC 3986). */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
