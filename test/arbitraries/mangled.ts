import fc from 'fast-check'

/** Real texts, cut somewhere, with pieces put in: where nothing made up from a grammar comes. */
export function mangled(seeds: readonly string[], pieces: readonly string[]): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.constantFrom('', ...pieces))
  return fc.tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 6 })).map(([seed, changes]) =>
    changes.reduce((text, [at, length, put]) => {
      const from = at % (text.length + 1)
      return text.slice(0, from) + put + text.slice(from + length)
    }, seed),
  )
}

/** The same of bytes: some are changed, and now and then the end is missing. */
export function mangledBytes(seeds: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }))
  const end = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat() })
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 8 }), end)
    .map(([seed, changes, missing]) => {
      const bytes = Buffer.from(seed)
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
      return bytes.subarray(0, bytes.length - (missing % (bytes.length + 1)))
    })
}

/** Pieces in any order; now and then one of them some thousand times, which shows work that grows faster than the text. */
export function jumbled(pieces: readonly string[], maxLength = 30): fc.Arbitrary<string> {
  const piece = fc.constantFrom(...pieces)
  return fc.oneof(
    { weight: 40, arbitrary: fc.array(piece, { maxLength }).map(parts => parts.join('')) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(piece, piece, piece, piece, fc.nat({ max: 2000 }))
        .map(([before, one, other, after, times]) => before + (one + other).repeat(times) + after),
    },
  )
}
