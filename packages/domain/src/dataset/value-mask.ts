import type { Cell } from '@modelsmith/table'
import { mask } from './sensitive.ts'

/** Shorter values are too common to be told apart from other text: they are left as they are. */
const shortest = 4
/** A longer text counts from so much of its beginning on: prints are cut at widths of their own. */
const sure = 24
/** Values of a column may be a file: those that are looked for at once have an end. */
export const mostMasked = { values: 100_000, characters: 4_000_000 } as const

const date = /^\d{4}-\d\d-\d\d(?=T|$)/

/** A text as it may be printed: itself, its lines, as a literal; and of a moment its day, and as Python writes it. */
const formsOfText = (value: string): string[] => {
  const day = date.exec(value)?.[0]
  return [
    value,
    ...value.split(/\r?\n/),
    JSON.stringify(value).slice(1, -1),
    ...(day === undefined ? [] : [day, value.replace('T', ' ')]),
  ]
}

const inGroups = new Intl.NumberFormat('en')

/** A number as programs print it, and rounded as pandas and NumPy do. */
const formsOfNumber = (value: number): string[] => [
  String(value),
  inGroups.format(value),
  ...(Number.isInteger(value) ? [] : [value.toFixed(6), value.toFixed(8), value.toPrecision(6)]),
]

const isDigit = (text: string, at: number): boolean => /^[\d.]$/.test(text[at] ?? '')

/** Whether a number ends at both ends here: in 0.2019 stands no 2019, in 2019.0 it does. */
const isWhole = (text: string, at: number, end: number): boolean =>
  !isDigit(text, at - 1) && !/^\d$/.test(text[end] ?? '')

/** How many characters a text has, from a place on, in common with one of these. */
const inCommon = (text: string, at: number, form: string | undefined): number => {
  if (form === undefined) return 0
  let length = 0
  while (length < form.length && text[at + length] === form[length]) length++
  return length
}

/** The most that a text has, from a place on, in common with the beginning of one of these sorted texts. */
const mostInCommon = (sorted: readonly string[], longest: number, text: string, at: number): number => {
  const from = text.slice(at, at + longest)
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as string) <= from) low = middle + 1
    else high = middle
  }
  return Math.max(inCommon(text, at, sorted[low - 1]), inCommon(text, at, sorted[low]))
}

/**
 * Puts a mask in place of each of these values in a text, the longest that fits at a place; undefined where they are more than
 * `mostMasked`, each counted once: no more of them are read then. What code makes of a value beyond the forms known here, such as rounding it otherwise, is not recognised.
 */
export const valueMask = (values: Iterable<Cell>): ((text: string) => string) | undefined => {
  const known = new Set<string | number>()
  let characters = 0
  for (const value of values) {
    if (value === null || typeof value === 'boolean' || known.has(value)) continue
    known.add(value)
    characters += typeof value === 'string' ? value.length : 0
    if (known.size > mostMasked.values || characters > mostMasked.characters) return undefined
  }
  const texts = new Set<string>()
  const numbers = new Set<string>()
  for (const value of known) {
    if (typeof value === 'number') for (const form of formsOfNumber(value)) numbers.add(form)
    else for (const form of formsOfText(value)) texts.add(form)
  }
  const long: string[] = []
  /** The lengths of short forms, and whether there are long ones, by their first characters. */
  const beginnings = new Map<string, { readonly lengths: Set<number>; isLong: boolean }>()
  for (const form of [...texts, ...numbers]) {
    if (form.trim().length < shortest) continue
    const beginning = form.slice(0, shortest)
    const begun = beginnings.get(beginning) ?? { lengths: new Set(), isLong: false }
    beginnings.set(beginning, begun)
    if (form.length <= sure) begun.lengths.add(form.length)
    else {
      begun.isLong = true
      long.push(form)
    }
  }
  if (beginnings.size === 0) return (text) => text
  long.sort((a, b) => (a < b ? -1 : 1))
  const longest = long.reduce((most, form) => Math.max(most, form.length), 0)
  const lengthsOf = new Map([...beginnings].map(([name, { lengths }]) => [name, [...lengths].sort((a, b) => b - a)]))

  const found = (text: string, at: number): number => {
    const beginning = text.slice(at, at + shortest)
    const begun = beginnings.get(beginning)
    if (begun === undefined) return 0
    const cut = begun.isLong ? mostInCommon(long, longest, text, at) : 0
    if (cut >= sure) return cut
    return (
      lengthsOf.get(beginning)?.find((length) => {
        const piece = text.slice(at, at + length)
        return texts.has(piece) || (numbers.has(piece) && isWhole(text, at, at + length))
      }) ?? 0
    )
  }
  return (text) => {
    let clean = ''
    let kept = 0
    for (let at = 0; at + shortest <= text.length; ) {
      const length = found(text, at)
      if (length > 0) {
        clean += text.slice(kept, at) + mask
        kept = at + length
      }
      at += Math.max(1, length)
    }
    return kept === 0 ? text : clean + text.slice(kept)
  }
}
