import { storable } from '../database/text.ts'

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole
  })

/** What stands in each element of a name: S3 answers in XML that is flat, without attributes or sections. */
export const elementsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, content = '']) => content)

/** The text of the first element of a name, as it may be kept; empty where there is none. */
export const textOf = (xml: string, name: string): string => storable(decoded(elementsOf(xml, name)[0] ?? ''))

/** A key that was asked for with `encoding-type=url`. */
export const keyIn = (xml: string): string => {
  const text = textOf(xml, 'Key')
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // Whoever does not know the encoding writes it as it is.
    return text
  }
}
