/**
 * Fills `out` from Parquet's mix of runs of one value and runs of values that are packed with `width` bits each; `bytes` begin
 * with the first run. Whatever lengths the runs claim, no more is done than `out` has room for. Throws a RangeError where the
 * bytes end before `out` is full.
 */
export const readRuns = (bytes: Uint8Array, width: number, out: Uint8Array | Uint32Array): void => {
  if (width > 32) throw new RangeError(`numbers of ${width} bits`)
  // Without bits every number is zero.
  if (width === 0) return
  let position = 0
  let filled = 0
  const byte = (): number => {
    if (position >= bytes.length) throw new RangeError('its runs are cut short')
    return bytes[position++] as number
  }
  const varint = (): number => {
    let result = 0
    for (let scale = 1; ; scale *= 128) {
      const next = byte()
      result += (next & 127) * scale
      if (next < 128) return result
      if (scale > Number.MAX_SAFE_INTEGER) throw new RangeError('a run whose length has more than ten bytes')
    }
  }
  while (filled < out.length) {
    const head = varint()
    const half = Math.floor(head / 2)
    const left = out.length - filled
    if (head % 2 === 0) {
      let value = 0
      for (let shift = 0; shift < width; shift += 8) value += byte() * 2 ** shift
      const end = filled + Math.min(half, left)
      out.fill(value, filled, end)
      filled = end
    } else {
      const packed = bytes.subarray(position, Math.min(bytes.length, position + half * width))
      const count = Math.min(half * 8, left)
      if (count * width > packed.length * 8) throw new RangeError('its runs are cut short')
      unpack(packed, width, out.subarray(filled, filled + count))
      filled += count
      position += packed.length
    }
  }
}

/** Numbers of `width` bits, the lowest bits first. */
const unpack = (bytes: Uint8Array, width: number, out: Uint8Array | Uint32Array): void => {
  const mask = 2 ** width - 1
  for (let index = 0, bit = 0; index < out.length; index++, bit += width) {
    const at = bit >>> 3
    const shift = bit & 7
    let value = (bytes[at] as number) >>> shift
    // What lies beyond the end has no bits of this number: it was made sure that they are there.
    for (let have = 8 - shift, next = at + 1; have < width; have += 8, next++)
      value += (bytes[next] as number) * 2 ** have
    out[index] = value & mask
  }
}
