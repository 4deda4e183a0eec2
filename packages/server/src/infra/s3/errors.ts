import { defineErrors } from '@modelsmith/table'

export const { rows: s3Errors, error: s3Error } = defineErrors({
  's3.fields': {
    kind: 'invalid',
    message: ({ names }: { names: readonly string[] }) =>
      `The credential lacks fields, or they are empty or unfit: ${names.join(', ')}.`,
    hint: () =>
      'S3 is named by the fields accessKeyId, secretAccessKey, region (us-east-1), endpoint (an http or https address; by default that of Amazon in the region), bucket (the only one that it opens; by default any) and pathStyle ("on", which is usual where there is an endpoint, or "off").',
  },
  's3.otherBucket': {
    kind: 'forbidden',
    message: ({ bucket, only }: { bucket: string; only: string }) =>
      `The credential opens the bucket "${only}" alone; "${bucket}" was asked for.`,
    hint: () => 'Name that bucket, or choose another credential.',
  },
  's3.private': {
    kind: 'invalid',
    message: ({ host }: { host: string }) => `"${host}" is not known, or not at an address of the public internet.`,
    hint: () => 'Correct the credential. The operator can allow this host by MODELSMITH_S3_HOSTS.',
  },
  's3.away': {
    kind: 'unavailable',
    message: ({ host, reason }: { host: string; reason: string }) => `S3 at ${host} does not answer: ${reason}`,
    hint: () => 'Try again when it does, or correct the endpoint in the credential.',
  },
  's3.denied': {
    kind: 'forbidden',
    message: ({ place, reason }: { place: string; reason: string }) => `S3 refuses ${place}: ${reason}`,
    hint: () => 'Correct the keys in the credential, or let whoever owns the bucket give them the right.',
  },
  's3.noBucket': {
    kind: 'notFound',
    message: ({ bucket, host }: { bucket: string; host: string }) => `There is no bucket "${bucket}" at ${host}.`,
    hint: () => 'Correct the address, or the endpoint and region in the credential.',
  },
  's3.noObject': {
    kind: 'notFound',
    message: ({ place }: { place: string }) => `There is no object ${place}.`,
    hint: () => 'Correct the address. One that ends in / means all objects beneath it.',
  },
  's3.changed': {
    kind: 'conflict',
    message: ({ place }: { place: string }) => `The object ${place} was changed or deleted while it was read.`,
    hint: () => 'Begin again when nobody writes it.',
  },
  's3.region': {
    kind: 'invalid',
    message: ({ bucket, region, expected }: { bucket: string; region: string; expected: string }) =>
      `The bucket "${bucket}" lies in ${expected === '' ? 'another region' : `the region ${expected}`}; the credential names ${region}.`,
    hint: () => 'Correct the region in the credential.',
  },
  's3.key': {
    kind: 'unsupported',
    message: ({ place }: { place: string }) => `The key of ${place} has a part "." or "..", which no address can name.`,
    hint: () => 'Copy the object under another key.',
  },
  's3.failed': {
    kind: 'unavailable',
    message: ({ place, status, reason }: { place: string; status: number; reason: string }) =>
      `S3 answered ${status} for ${place}: ${reason}`,
    hint: () => 'Try again, or ask whoever runs the store.',
  },
})
