/**
 * A map and what is added to it, without a copy of the map: a single row goes through many stages, each of which adds a column or
 * two, and copying would cost more than scoring. A deep pile of layers is made one map, so that looking up stays quick.
 */
export class Layer<V> implements ReadonlyMap<string, V> {
  readonly #below: ReadonlyMap<string, V>
  readonly #added: readonly (readonly [string, V])[]
  readonly #depth: number
  #whole: ReadonlyMap<string, V> | undefined

  constructor(below: ReadonlyMap<string, V>, added: readonly (readonly [string, V])[]) {
    const depth = below instanceof Layer ? below.#depth + 1 : 1
    this.#below = below instanceof Layer && depth > mostLayers ? below.#all() : below
    this.#depth = depth > mostLayers ? 1 : depth
    this.#added = added
  }

  /** Everything in one map; names keep the places where they first stood. */
  #all(): ReadonlyMap<string, V> {
    if (this.#whole === undefined) {
      const whole = new Map(this.#below)
      for (const [name, value] of this.#added) whole.set(name, value)
      this.#whole = whole
    }
    return this.#whole
  }

  get(name: string): V | undefined {
    for (let i = this.#added.length - 1; i >= 0; i--) {
      const [own, value] = this.#added[i] as readonly [string, V]
      if (own === name) return value
    }
    return this.#below.get(name)
  }

  has(name: string): boolean {
    return this.#added.some(([own]) => own === name) || this.#below.has(name)
  }

  get size(): number {
    return this.#all().size
  }

  forEach(call: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this.#all()) call(value, name, this)
  }

  entries(): MapIterator<[string, V]> {
    return this.#all().entries()
  }

  keys(): MapIterator<string> {
    return this.#all().keys()
  }

  values(): MapIterator<V> {
    return this.#all().values()
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }
}

const mostLayers = 16
