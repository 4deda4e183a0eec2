import { limitReached } from '../limits.ts'
import { type Pattern, PatternError } from './pattern.ts'

const maxCount = 1_000

type Repeat = Extract<Pattern, { type: 'repeat' }>

/** The repetition, if it is one that may be. */
export const repeated = (repeat: Repeat): Repeat => {
  const { body, min, max } = repeat
  if (min > maxCount || (max !== Infinity && max > maxCount))
    throw limitReached('repetitions of a pattern', maxCount, { found: max === Infinity ? min : max })
  if (max < min) throw new PatternError('a repetition has a minimum above its maximum')
  // Nothing but repetitions within a repetition takes other engines time without end, in Python and Java too.
  if (max === Infinity && repeatsOnly(body))
    throw limitReached('repetitions of nothing but repetitions', 0, { found: 1 })
  return repeat
}

/** Whether a body is made of repetitions without end, and parts that may be absent. */
const repeatsOnly = (body: Pattern): boolean => {
  switch (body.type) {
    case 'repeat':
      return body.max === Infinity
    case 'group':
      return repeatsOnly(body.body)
    case 'choice':
      return body.options.some(repeatsOnly)
    case 'sequence':
      return body.parts.some(
        (part, at) => repeatsOnly(part) && body.parts.every((other, index) => index === at || mayBeEmpty(other)),
      )
    default:
      return false
  }
}

export const mayBeEmpty = (pattern: Pattern): boolean => {
  switch (pattern.type) {
    case 'character':
      return false
    case 'assertion':
      return true
    case 'sequence':
      return pattern.parts.every(mayBeEmpty)
    case 'choice':
      return pattern.options.some(mayBeEmpty)
    case 'group':
      return mayBeEmpty(pattern.body)
    case 'repeat':
      return pattern.min === 0 || mayBeEmpty(pattern.body)
  }
}
