// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how pip writes a variable
import { describe, expect, test } from 'vitest'
import { decode } from '../../src/files/encoding.ts'
import { parseRequirements, type Statement } from '../../src/formats/requirements/parse.ts'
import { markerText } from '../../src/packaging/marker.ts'

// The odd cases of pip's format, one by one. Each is also among those that pip itself answered (oracle.test.ts).
// A line is written down as what it says: `torch >=2.0`, `refused`, `--pre`, `(--pre)` for an option without effect.

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

interface Row {
  readonly id: string
  readonly file: string | Buffer
  readonly says: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const rows: readonly Row[] = [
  { id: '1 a range', file: 'torch>=2.0.0', says: ['torch >=2.0.0'] },
  { id: '2 a glued hash sign', file: 'torch#egg', says: ['refused'] },
  {
    id: '3 the URL of a wheel',
    file: 'https://ex.com/p-1.0-py3-none-any.whl#sha256=abc',
    says: ['url p 1.0 https://ex.com/p-1.0-py3-none-any.whl#sha256=abc'],
  },
  { id: '4 a comment behind a space', file: 'torch==2.0 # c', says: ['torch ==2.0'] },
  { id: '5 a comment behind a tab', file: 'torch==2.0\t# c', says: ['torch ==2.0'] },
  { id: '6 a comment behind a no-break space', file: 'torch\u00a0# c', says: ['torch'] },
  { id: '7 continued inside the specifier', file: 'torch>=\\\n2.0', says: ['torch >=2.0'] },
  { id: '8 continued in front of it', file: 'torch \\\n    >=2.0', says: ['torch >=2.0'] },
  {
    id: '9 a comment ends a continuation',
    file: 'torch==2.0 \\\n# note\n--hash=sha256:aaaa',
    says: ['torch ==2.0', '(--hash=sha256:aaaa)'],
  },
  { id: '10 a continued comment takes the next line', file: 'torch # note \\\nnumpy', says: ['torch'] },
  { id: '11 a line of comment is not continued', file: '# note \\\nnumpy', says: ['numpy'] },
  { id: '12 nor is an indented one', file: '   # note \\\nnumpy', says: ['numpy'] },
  { id: '13 a blank behind the backslash', file: 'torch==2.0 \\ \nnumpy', says: ['refused', 'numpy'] },
  { id: '14 a backslash at the end', file: 'torch==2.0 \\', says: ['torch ==2.0'] },
  { id: '15 continued into an empty line', file: 'torch==2.0 \\\n\nnumpy', says: ['torch ==2.0', 'numpy'] },
  { id: '16 two backslashes', file: 'torch==2.0 \\\\\n,<3', says: ['torch ==2.0 <3'] },
  { id: '17 crlf', file: 'torch\r\nnumpy\r\n', says: ['torch', 'numpy'] },
  { id: '18 a continuation by crlf', file: 'torch \\\r\n==2.0', says: ['torch ==2.0'] },
  { id: '19 a lone cr', file: 'torch\rnumpy', says: ['torch', 'numpy'] },
  { id: '20 form feed', file: 'torch\x0cnumpy', says: ['torch', 'numpy'] },
  { id: '21 vertical tab', file: 'torch\x0bnumpy', says: ['torch', 'numpy'] },
  { id: '22 nel', file: 'torch\x85numpy', says: ['torch', 'numpy'] },
  { id: '23 a line separator ends a comment', file: 'torch==2.0 # a\u2028numpy', says: ['torch ==2.0', 'numpy'] },
  { id: '24 a UTF-8 mark', file: bytes([0xef, 0xbb, 0xbf], 'torch'), says: ['torch'] },
  { id: '25 a UTF-16LE mark', file: bytes([0xff, 0xfe], 't\0o\0r\0c\0h\0'), says: ['torch'] },
  { id: '26 latin-1, declared', file: bytes('# -*- coding: latin-1 -*-\ntorch # \xe9'), says: ['torch'] },
  { id: '27 latin-1, not declared', file: bytes('torch # \xe9'), says: ['cannot be decoded'] },
  { id: '28 declared on line 3', file: bytes('\n\n# coding: latin-1\ntorch # \xe9'), says: ['cannot be decoded'] },
  { id: '29 a mark on line 2', file: 'torch\n\ufeffnumpy', says: ['torch', 'refused'] },
  { id: '30 a variable', file: 'torch==${VER}', env: { VER: '2.13.0+cpu' }, says: ['torch ==2.13.0+cpu'] },
  { id: '31 a variable that is unset', file: 'torch==${UNSET}', says: ['refused'] },
  { id: '32 a variable that is empty', file: 'foo${EMPTY}bar', env: { EMPTY: '' }, says: ['refused'] },
  {
    id: '33 a variable in lower case',
    file: 'foo @ https://x/${lower}.zip',
    env: { lower: 'no' },
    says: ['foo @ https://x/${lower}.zip'],
  },
  {
    id: '34 a space in the variable of an option',
    file: '--index-url https://u:${T}@h/s',
    env: { T: 'a b' },
    says: ['--index-url=https://u:a', 'dropped'],
  },
  { id: '35 a variable in a comment', file: 'torch # ${VER}', env: { VER: '1' }, says: ['torch'] },
  {
    id: '36 an index on a requirement',
    file: 'torch --extra-index-url https://e/',
    says: ['torch', '(--extra-index-url=https://e/)'],
  },
  {
    id: '37 two extra indexes on a line',
    file: '--extra-index-url https://a --extra-index-url https://b',
    says: ['--extra-index-url=https://a', '--extra-index-url=https://b'],
  },
  { id: '38 an equals sign', file: '--extra-index-url=https://a', says: ['--extra-index-url=https://a'] },
  { id: '39 a quoted value', file: '--extra-index-url "https://a"', says: ['--extra-index-url=https://a'] },
  { id: '40 an abbreviation', file: '--extra-index https://a', says: ['--extra-index-url=https://a'] },
  {
    id: '41 two indexes (index-order.test.ts)',
    file: '-i https://a\n-i https://b',
    says: ['--index-url=https://a', '--index-url=https://b'],
  },
  {
    id: '42 an index behind an extra one (same)',
    file: '--extra-index-url https://x\n-i https://a',
    says: ['--extra-index-url=https://x', '--index-url=https://a'],
  },
  {
    id: '43 an index in an include (same)',
    file: '--extra-index-url https://x\n-r inc',
    says: ['--extra-index-url=https://x', '--requirement=inc'],
  },
  {
    id: '44 two find-links on a line',
    file: '-f https://a -f https://b',
    says: ['--find-links=https://a', '(--find-links=https://b)'],
  },
  {
    id: '45 glued short options',
    file: '-fhttps://a\n-ihttps://a\n-rother.txt',
    says: ['--find-links=https://a', '--index-url=https://a', '--requirement=other.txt'],
  },
  { id: '46 an option of the command line', file: '--no-deps', says: ['refused'] },
  { id: '47 another', file: '--uploaded-prior-to 2026-01-01', says: ['refused'] },
  {
    id: '48 release control',
    file: '--all-releases torch\n--only-final :all:',
    says: ['--all-releases=torch', '--only-final=:all:'],
  },
  { id: '49 no-require-hashes', file: '--no-require-hashes', says: ['--no-require-hashes'] },
  {
    id: '50 two hashes',
    file: 'torch==2.0 --hash=sha256:aa --hash sha256:bb',
    says: ['torch ==2.0 #sha256:aa #sha256:bb', '--hash=sha256:aa', '--hash=sha256:bb'],
  },
  { id: '51 md5', file: 'torch==2.0 --hash=md5:aa', says: ['refused'] },
  { id: '52 a hash alone', file: '--hash=sha256:aa', says: ['(--hash=sha256:aa)'] },
  { id: '53 a tab in front of an option', file: 'torch==2.0\t--hash=sha256:aa', says: ['refused'] },
  { id: '54 an open quote', file: "foo --hash='sha256:aa", says: ['refused'] },
  {
    id: '55 settings',
    file: 'foo==1 --config-settings="--build-option=x" -C k=v',
    says: ['foo ==1', '--config-settings=--build-option=x', '--config-settings=k=v'],
  },
  { id: '56 an option that is gone', file: 'foo==1 --global-option=x', says: ['refused'] },
  {
    id: '57 an editable repository',
    file: '-e git+https://h/r.git@v1#egg=foo&subdirectory=sub',
    says: [
      'editable foo git+https://h/r.git@v1#egg=foo&subdirectory=sub',
      '--editable=git+https://h/r.git@v1#egg=foo&subdirectory=sub',
    ],
  },
  {
    id: '58 two editables on a line',
    file: '-e ./a -e ./b',
    says: ['editable ./a', '--editable=./a', '(--editable=./b)'],
  },
  {
    id: '59 a URL and a marker',
    file: "torch @ https://h/t.whl ; sys_platform == 'linux'",
    says: ['torch @ https://h/t.whl ; sys_platform == "linux"'],
  },
  {
    id: '60 the semicolon glued',
    file: "torch @ https://h/t.whl; sys_platform == 'linux'",
    says: ['torch @ https://h/t.whl ; sys_platform == "linux"'],
  },
  { id: '61 a comment cuts a string', file: "torch; platform_version == 'a #b'", says: ['refused'] },
  {
    id: '62 a marker and a hash',
    file: "torch; extra == 'x' --hash=sha256:aa",
    says: ['torch ; extra == "x" #sha256:aa', '--hash=sha256:aa'],
  },
  {
    id: '63 extras and blanks',
    file: 'requests [security,socks] >= 2.8.1, == 2.8.*',
    says: ['requests[security,socks] >=2.8.1 ==2.8.*'],
  },
  { id: '64 parentheses', file: 'torch (>=2.0)', says: ['torch >=2.0'] },
  {
    id: '65 a local label on a range',
    file: 'torch>=2.0+cpu\ntorch~=2.0+cpu\ntorch==2.0.*+cpu',
    says: ['refused, repairable', 'refused, repairable', 'refused, repairable'],
  },
  {
    id: '66 a local label on a pin',
    file: 'torch==2.0+cpu\ntorch===2.0+cpu\ntorch==v2.0',
    says: ['torch ==2.0+cpu', 'torch ===2.0+cpu', 'torch ==v2.0'],
  },
  { id: '67 one equals sign', file: 'torch=2.0', says: ['refused'] },
  { id: '68 a comma at the end', file: 'torch>=2.0,', says: ['torch >=2.0'] },
  { id: '69 a wildcard on a range', file: 'torch>=2.*', says: ['refused'] },
  { id: '70 an empty marker', file: 'torch;', says: ['torch'] },
  { id: '71 two names', file: 'torch numpy', says: ['refused'] },
  { id: '72 a list without -r is a name', file: 'other.txt', says: ['other.txt'] },
  { id: '73 an include on a requirement', file: 'torch -r other.txt', says: ['torch', '(--requirement=other.txt)'] },
  {
    id: '74 two includes on a line',
    file: '-r other.txt -c cons.txt\n-c cons.txt -r other.txt\n-r a -r b',
    says: [
      '--requirement=other.txt',
      '(--constraint=cons.txt)',
      '(--constraint=cons.txt)',
      '--requirement=other.txt',
      '--requirement=a',
      '(--requirement=b)',
    ],
  },
  { id: '75 a file that includes itself (files.test.ts)', file: '-r self.txt', says: ['--requirement=self.txt'] },
  {
    id: '76 an include twice (same)',
    file: '-r other.txt\n-r other.txt',
    says: ['--requirement=other.txt', '--requirement=other.txt'],
  },
  { id: '77 an include of constraints (same)', file: '-c cons.txt', says: ['--constraint=cons.txt'] },
  {
    id: '78 a fragment in the value of an option',
    file: '--index-url https://h/s#frag',
    says: ['--index-url=https://h/s#frag'],
  },
  { id: '79 a name in capitals', file: 'Torch_Vision.X==1', says: ['Torch_Vision.X ==1'] },
  { id: '80 nul in a name', file: 'tor\0ch', says: ['refused'] },
]

test('no row is missing', () => {
  expect(rows.map(({ id }) => Number.parseInt(id, 10))).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
})

describe.each([
  ['as it is', (file: string) => file],
  ['with a line ending', (file: string) => `${file}\n`],
])('%s', (_, change) => {
  test.each(rows)('$id', ({ file, env, says }) => {
    const decoded = typeof file === 'string' ? { text: change(file) } : decode(file)
    expect(
      'problem' in decoded ? ['cannot be decoded'] : parseRequirements(decoded.text, env).statements.flatMap(said),
    ).toEqual(says)
  })
})

// uv's own habit: what a file says does not hang on its line endings.
test.each(
  rows.flatMap(row =>
    typeof row.file === 'string' && row.file.includes('\n') && !row.file.includes('\r')
      ? [{ ...row, file: row.file }]
      : [],
  ),
)('$id, with crlf', ({ file, env, says }) => {
  expect(parseRequirements(file.replaceAll('\n', '\r\n'), env).statements.flatMap(said)).toEqual(says)
})

test('79 the canonical name', () => {
  const [statement] = parseRequirements('Torch_Vision.X==1').statements
  expect(statement?.kind === 'requirement' && statement.requirement.key).toBe('torch-vision-x')
})

function said(statement: Statement): string[] {
  if (statement.kind === 'blank') return []
  if (statement.kind === 'unreadable') return [statement.repairable ? 'refused, repairable' : 'refused']
  const options = statement.options.map(({ name, value, effective }) => {
    const option = `--${name}${value === undefined ? '' : `=${value}`}`
    return effective ? option : `(${option})`
  })
  const dropped = statement.leftovers.map(() => 'dropped')
  if (statement.kind === 'option') return [...options, ...dropped]
  const hashes = statement.hashes.map(({ algorithm, digest }) => `#${algorithm}:${digest}`)
  if (statement.kind === 'reference') {
    const { form, name, version, target } = statement
    return [[form, name, version, target, ...hashes].filter(Boolean).join(' '), ...options, ...dropped]
  }
  const { name, extras, specifier, url, marker } = statement.requirement
  const line = [
    name + (extras.length > 0 ? `[${extras.join(',')}]` : ''),
    ...specifier.clauses.map(({ operator, version }) => operator + version),
    ...(url === undefined ? [] : ['@', url]),
    ...(marker ? [';', markerText(marker)] : []),
    ...hashes,
  ]
  return [line.join(' '), ...options, ...dropped]
}
