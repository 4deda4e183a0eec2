import { Machine } from './machine.ts'
import { parseJavaPattern } from './java-parse.ts'
import { programOf } from './program.ts'

/** What Java's patterns do with a text. */
export type JavaPattern = {
  /** The parts between matches, without empty ones at the end: `split` of java.util.regex.Pattern. */
  readonly split: (text: string) => readonly string[]
  /** All matches, none overlapping. */
  readonly findAll: (text: string) => readonly string[]
}

/** Patterns of most files, as JavaScript has them: these can take no time without end. */
const usual: ReadonlyMap<string, RegExp> = new Map([
  [String.raw`\s`, /[\t-\r ]/g],
  [String.raw`\s+`, /[\t-\r ]+/g],
  [String.raw`\W`, /\W/gu],
  [String.raw`\W+`, /\W+/gu],
  [String.raw`\w+`, /\w+/g],
  ['[^a-z0-9]+', /[^a-z0-9]+/gu],
])

/** Throws a PatternError where a pattern is not read. */
export const javaPattern = (source: string): JavaPattern => {
  const known = usual.get(source)
  if (known !== undefined)
    return {
      split: (text) => {
        const parts = text.split(known)
        return parts.length === 1 ? parts : withoutEmptyEnd(parts)
      },
      findAll: (text) => text.match(known) ?? [],
    }
  const parsed = parseJavaPattern(source)
  const program = programOf(parsed)
  const matches = function* (text: string): Generator<readonly [number, number]> {
    const codes = Int32Array.from({ length: text.length }, (_, at) => text.codePointAt(at) as number)
    const machine = new Machine(program, codes, true)
    for (let from = 0; from <= text.length; ) {
      const match = machine.search(from, false, parsed.testsPairs)
      if (match === undefined) return
      yield [match.start, match.end]
      from = match.end === match.start ? match.end + 1 : match.end
    }
  }
  return {
    split: (text) => {
      const parts: string[] = []
      let index = 0
      for (const [start, end] of matches(text)) {
        if (index === 0 && end === 0) continue
        parts.push(text.slice(index, start))
        index = end
      }
      if (index === 0) return [text]
      parts.push(text.slice(index))
      return withoutEmptyEnd(parts)
    },
    findAll: (text) => Array.from(matches(text), ([start, end]) => text.slice(start, end)),
  }
}

const withoutEmptyEnd = (parts: readonly string[]): readonly string[] =>
  parts.slice(0, parts.findLastIndex((part) => part !== '') + 1)
