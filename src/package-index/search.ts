/** How much of a page is looked at at once, in bytes. */
const stretch = 2 ** 16

/**
 * Finds one entry of a list after another, without a string of the whole page.
 *
 * @param body in ASCII, as far as the entries go
 * @param start where the list begins
 * @param entry an entry and what divides it from the next; sticky. It must not match an entry that is cut off
 * @param take given each of them; false ends the search
 * @returns where what is no entry begins; undefined where `take` has ended the search
 */
export function search(
  body: Buffer,
  start: number,
  entry: RegExp,
  take: (found: RegExpExecArray) => boolean,
): number | undefined {
  for (let at = start; ; ) {
    const part = body.toString('latin1', at, at + stretch)
    let end = 0
    entry.lastIndex = 0
    for (let found = entry.exec(part); found; found = entry.exec(part)) {
      if (!take(found)) return undefined
      end = entry.lastIndex
    }
    // The last one may be cut off; it is whole in the next part.
    if (end === 0) return at
    at += end
  }
}
