import type { NumberType } from '../data/named.ts'

/** A number as Java's `toString` writes it. */
export const javaNumber = (value: number, type: NumberType): string => {
  switch (type) {
    case 'boolean':
      return value === 0 ? 'false' : 'true'
    case 'int':
    case 'bigint':
      return String(value)
    case 'float':
      return floating(value, shortestFloat(value))
    case 'double':
      return floating(value, Math.abs(value).toExponential())
  }
}

/** `shortest` has the digits, as few as tell the number from its neighbours; but two where the second tells it better. */
const floating = (value: number, shortest: string): string => {
  if (Number.isNaN(value)) return 'NaN'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (!Number.isFinite(value)) return `${sign}Infinity`
  if (value === 0) return `${sign}0.0`
  const two = Math.abs(value).toExponential(1)
  const [mantissa, exponent] = (/^\de/.test(shortest) && two[2] !== '0' ? two : shortest).split('e') as [string, string]
  const digits = mantissa.replace('.', '')
  const power = Number(exponent)
  if (power < -3 || power >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${power}`
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0')
  return `${sign}${whole}.${digits.slice(power + 1) || '0'}`
}

const shortestFloat = (value: number): string => {
  const size = Math.abs(value)
  for (let digits = 0; digits < 9; digits++) {
    const text = size.toExponential(digits)
    if (Math.fround(Number(text)) === size) return text
  }
  return size.toExponential()
}
