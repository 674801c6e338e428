/** Where torchpin and the reference differ on purpose, or where the reference errs. */
interface Disagreement {
  readonly kind: string
  readonly reason: string
  readonly is: (input: string, theirs: unknown) => boolean
}

export const disagreements: readonly Disagreement[] = [
  {
    kind: 'specifiers',
    reason:
      'packaging cuts the prefix of ~= out of the text as written, and takes some spellings of a suffix for a number of the release',
    is: text => /~=\s*v?(?:\d+!)?\d+(?:\.\d+)*[._-]?(?:c|r|rev|pre|preview|alpha|beta|post|[A-Z])/i.test(text),
  },
  {
    kind: 'markers',
    reason: 'where packaging raises, the comparison is false and what it is part of goes on',
    is: (_, theirs) => theirs === 'raises',
  },
  {
    kind: 'markers',
    reason: 'the escape \\N{…} needs a table of the names of all characters',
    is: text => text.includes('\\N'),
  },
  {
    kind: 'requirements',
    reason: 'the escape \\N{…} in a marker needs a table of the names of all characters',
    is: text => text.includes('\\N'),
  },
  {
    kind: 'wheel names',
    reason: "Python's $ lets a line feed pass at the end of a project's name, and no index names such a file",
    is: text => /^[^-]*\n-/.test(text),
  },
  {
    kind: 'files',
    reason:
      'a file URL with a host, which may be blanks, leads to another machine on Windows, and is refused elsewhere',
    is: text => /file:\/\/[^/\r\n]/i.test(joined(text)),
  },
  {
    kind: 'files',
    reason:
      'the packaging inside of pip is newer than 26.2, and refuses the name of a wheel for odd characters in its tags',
    is: text => /-[\w.]*[^\w.\s/-][^\s/]*\.whl|-\d[\w.]*-[\w.]+-[\w.]+\.whl/.test(joined(text)),
  },
]

/** Without the backslashes at the ends of lines that go on. */
function joined(text: string): string {
  return text.replace(/\\(?:\r\n|[\n\r])/g, '')
}
