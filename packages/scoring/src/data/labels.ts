/** The classes of a classifier in the library's order, with the type that Python would show. */
export type Labels =
  | { readonly type: 'integer'; readonly values: readonly (number | bigint)[] }
  | { readonly type: 'float'; readonly values: readonly number[] }
  | { readonly type: 'boolean'; readonly values: readonly boolean[] }
  | { readonly type: 'string'; readonly values: readonly string[] }
  | { readonly type: 'mixed'; readonly values: readonly Label[] }
export type Label = string | number | bigint | boolean | null

/** A label as text: `1`, `1.0`, `true`, `setosa`. */
export const labelText = ({ type, values }: Labels, index: number): string => {
  const value = values[index]
  if (value === undefined || value === null) return 'None'
  return type === 'float' ? floatText(value as number) : String(value)
}

const textsKnown = new WeakMap<Labels, readonly string[]>()

/** The texts of all labels, written once. */
export const labelTexts = (labels: Labels): readonly string[] => {
  const known = textsKnown.get(labels)
  if (known !== undefined) return known
  const texts = labels.values.map((_, index) => labelText(labels, index))
  textsKnown.set(labels, texts)
  return texts
}

/** A float as Python's `repr` writes it: shortest digits that read back the same, always recognisable as a float. */
export const floatText = (value: number): string => {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const magnitude = Math.abs(value)
  // Python writes exponents outside this range; inside it JavaScript writes none either.
  if (magnitude >= 1e-4 && magnitude < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.slice(1).padStart(2, '0')}`
}
