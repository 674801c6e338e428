/** A stretch of lines that differs: line numbers from 0, the end not included. One side may be empty. */
export interface Block {
  readonly before: { readonly start: number; readonly end: number }
  readonly after: { readonly start: number; readonly end: number }
}

/** What a small difference consists of: runs of lines that were kept, taken out or put in. */
export type Run = { readonly kind: 'kept' | 'removed' | 'added'; readonly lines: number }

/**
 * Where two lists of lines differ, in order.
 *
 * A file with a pin on every other line differs in thousands of places, where a plain shortest-edit search takes time with
 * their square. So lines that occur once on either side are matched first, as patience diff does, and only what lies between
 * them is handed to `compare`; where that gives up, the stretch counts as replaced.
 */
export function changedBlocks(
  before: readonly string[],
  after: readonly string[],
  compare: (before: string[], after: string[]) => readonly Run[] | undefined,
): Block[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let tail = 0
  while (
    tail < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++

  const ends = { before: before.length - tail, after: after.length - tail }
  const matched = [...commonUniqueLines(before, after, start, ends), ends]
  const blocks: Block[] = []
  let [old, now] = [start, start]
  for (const match of matched) {
    const gap = { before: { start: old, end: match.before }, after: { start: now, end: match.after } }
    for (const block of withinGap(before, after, gap, compare)) blocks.push(block)
    old = match.before + 1
    now = match.after + 1
  }
  return blocks
}

interface Match {
  readonly before: number
  readonly after: number
}

/** The longest list of lines, in the order of both sides, that occur once in either. */
function commonUniqueLines(before: readonly string[], after: readonly string[], start: number, ends: Match): Match[] {
  const places = new Map<string, { before: number; after: number; count: number }>()
  for (let i = start; i < ends.before; i++) {
    const place = places.get(before[i]!)
    if (place) place.count = 2
    else places.set(before[i]!, { before: i, after: -1, count: 1 })
  }
  for (let i = start; i < ends.after; i++) {
    const place = places.get(after[i]!)
    if (!place) continue
    if (place.after >= 0) place.count = 2
    place.after = i
  }
  const candidates = [...places.values()].filter(place => place.count === 1 && place.after >= 0)

  // Longest increasing subsequence by patience sorting: the piles hold the smallest last line of each length.
  const piles: number[] = []
  const previous: number[] = []
  for (const [i, { after: line }] of candidates.entries()) {
    let low = 0
    let high = piles.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (candidates[piles[middle]!]!.after < line) low = middle + 1
      else high = middle
    }
    previous[i] = piles[low - 1] ?? -1
    piles[low] = i
  }
  const chain: Match[] = []
  for (let i = piles.at(-1) ?? -1; i >= 0; i = previous[i]!) chain.push(candidates[i]!)
  return chain.reverse()
}

function withinGap(
  before: readonly string[],
  after: readonly string[],
  gap: Block,
  compare: (before: string[], after: string[]) => readonly Run[] | undefined,
): Block[] {
  const removed = gap.before.end - gap.before.start
  const added = gap.after.end - gap.after.start
  if (removed === 0 && added === 0) return []
  if (removed === 0 || added === 0) return [gap]
  const [stretch, others] = [
    before.slice(gap.before.start, gap.before.end),
    after.slice(gap.after.start, gap.after.end),
  ]
  const known = new Set(stretch)
  // The usual case: a line is replaced.
  if (!others.some(line => known.has(line))) return [gap]
  const runs = compare(stretch, others)
  if (!runs) return [gap]
  const blocks: Block[] = []
  let [old, now] = [gap.before.start, gap.after.start]
  let block: Block = { before: { start: old, end: old }, after: { start: now, end: now } }
  const close = () => {
    if (old > block.before.start || now > block.after.start)
      blocks.push({ before: { start: block.before.start, end: old }, after: { start: block.after.start, end: now } })
  }
  for (const { kind, lines } of runs) {
    if (kind === 'removed') old += lines
    else if (kind === 'added') now += lines
    else {
      close()
      old += lines
      now += lines
      block = { before: { start: old, end: old }, after: { start: now, end: now } }
    }
  }
  close()
  return blocks
}
