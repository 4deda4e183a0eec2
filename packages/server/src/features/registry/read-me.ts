import type { ArchiveManifest } from '@modelsmith/api'

const line = (text: string): string => text.replace(/\s+/g, ' ')

/** What lies in the archive of a release, for whoever unpacks it. */
export const archiveReadMe = ({ model, release, installation, answeredBy }: Omit<ArchiveManifest, 'files'>): string =>
  [
    `# ${line(model.name)}, release ${release.number}`,
    '',
    `A release of Modelsmith, exported by ${line(installation.address)}. Another installation imports it on its page Models,`,
    'or by `modelsmith registered-models import`, once an administrator there trusts the key of the first.',
    '',
    '| path | what |',
    '| --- | --- |',
    '| `manifest.json` | what is here, with the SHA-256 of each file, and where it comes from |',
    '| `signature.json` | the signature of `manifest.json`, byte for byte (Ed25519), and the public key |',
    answeredBy === 'native'
      ? '| `served/model` | the model file, as it was uploaded |'
      : '| `served/` | the folder that answers: `modelsmith score` and `serve` take it, too |',
    '',
  ].join('\n')
