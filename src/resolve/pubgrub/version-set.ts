/**
 * A set of the candidates of one package, as bits over its list of candidates (oldest first).
 * The list is finite and known, so the odd rules of PEP 440 (local labels, pre-releases, `!=`) are asked once per
 * candidate, and union, intersection and complement are exact.
 */
export class VersionSet {
  readonly size: number
  readonly #words: Uint32Array
  #count: number | undefined

  private constructor(size: number, words: Uint32Array) {
    this.size = size
    this.#words = words
  }

  /** The candidates for whose position `holds` is true. */
  static where(size: number, holds: (position: number) => boolean): VersionSet {
    const words = new Uint32Array((size + 31) >>> 5)
    for (let i = 0; i < size; i++) if (holds(i)) words[i >>> 5]! |= 1 << (i & 31)
    return new VersionSet(size, words)
  }

  has(position: number): boolean {
    return ((this.#words[position >>> 5] ?? 0) & (1 << (position & 31))) !== 0
  }

  intersect(other: VersionSet): VersionSet {
    return this.#combine(other, (a, b) => a & b)
  }

  union(other: VersionSet): VersionSet {
    return this.#combine(other, (a, b) => a | b)
  }

  without(other: VersionSet): VersionSet {
    return this.#combine(other, (a, b) => a & ~b)
  }

  isSubsetOf(other: VersionSet): boolean {
    return this.#words.every((word, i) => (word & ~other.#words[i]!) === 0)
  }

  isDisjointFrom(other: VersionSet): boolean {
    return this.#words.every((word, i) => (word & other.#words[i]!) === 0)
  }

  get isEmpty(): boolean {
    return this.#words.every(word => word === 0)
  }

  /** How many candidates are in it. */
  get count(): number {
    // The solver asks after every step, of each set that is left.
    return (this.#count ??= this.#counted())
  }

  #counted(): number {
    let count = 0
    for (let word of this.#words) for (; word !== 0; word &= word - 1) count++
    return count
  }

  /** The oldest candidate in it for whose position `holds` is true. */
  first(holds: (position: number) => boolean): number | undefined {
    for (let i = 0; i < this.size; i++) if (this.has(i) && holds(i)) return i
    return undefined
  }

  /** The newest candidate in it for whose position `holds` is true. */
  last(holds: (position: number) => boolean): number | undefined {
    for (let i = this.size - 1; i >= 0; i--) if (this.has(i) && holds(i)) return i
    return undefined
  }

  #combine(other: VersionSet, combine: (a: number, b: number) => number): VersionSet {
    return new VersionSet(
      this.size,
      this.#words.map((word, i) => combine(word, other.#words[i]!)),
    )
  }
}
