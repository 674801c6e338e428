import type { Color } from './colors.ts'
import type { Formatter } from './formatter.ts'

/**
 * A diff for the eye: coloured, and where `readable` is set with control characters written out. Without either it is
 * returned as it is, byte for byte.
 */
export function diffView(diff: string, { paint, show }: Formatter, readable: boolean): string {
  let [removed, added] = [0, 0]
  return diff
    .split(/(?<=\n)/)
    .map(line => {
      const inHunk = removed > 0 || added > 0
      if (inHunk && line[0] !== '+' && line[0] !== '\\') removed--
      if (inHunk && line[0] !== '-' && line[0] !== '\\') added--
      if (!inHunk) [removed, added] = linesOfHunk(line) ?? [0, 0]
      const [, body, end] = /^(.*?)(\r?\n?)$/s.exec(line)!
      const text = readable ? show(body!) : body!
      const color = colorOf(line, inHunk)
      // The carriage return of a file with Windows line ends is no news to the eye.
      return (color ? paint(color, text) : text) + (readable ? end!.replace('\r', '') : end)
    })
    .join('')
}

/** How many old and new lines follow a hunk header: only counting tells a removed `--extra-index-url` from a `---` header. */
function linesOfHunk(line: string): [number, number] | undefined {
  const [, removed, added] = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) ?? []
  return line.startsWith('@@ ') ? [Number(removed ?? 1), Number(added ?? 1)] : undefined
}

function colorOf(line: string, inHunk: boolean): Color | undefined {
  if (!inHunk) return line.startsWith('@@') ? 'cyan' : line.startsWith('\\') ? 'dim' : 'bold'
  if (line.startsWith('+')) return 'green'
  if (line.startsWith('-')) return 'red'
  return line.startsWith('\\') ? 'dim' : undefined
}
