// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how pip writes a variable

import fc from 'fast-check'
import { jumbled, mangled, mangledBytes } from './mangled.ts'
import { requirementTexts } from './packaging.ts'
import { requirementsFiles, requirementsTexts } from './seeds.ts'

/** What the variables that the files name stand for: one brings another and an option. */
export const variables = { A: 'torch', B: '${A} --pre', V: '2.0' }

// biome-ignore format: a list of pieces
export const filePieces: readonly string[] = [
  'torch', 'numpy', 'Foo.Bar_baz', '==', '>=', '~=', '===', '=', '<', '2.0', '2.0+cpu', '2.*', '[a]', '[a,b]', '[', ']', ',', ';', '(', ')',
  ' ; python_version > "3"', ' @ https://h/x.zip', 'https://h/p.zip#egg=e', 'git+https://h/r#egg=e', './x', '-r ', '-c ', '-e ', ' --hash=sha256:aa',
  ' --hash sha256:bb', '--index-url=', ' -i https://i', '--extra-index-url https://e', ' --pre', ' -C k=v', '--', '-', '"', "'", '\\', '\\\n', '\\\r\n',
  '\n', '\r\n', '\r', '\x0b', '\x0c', '\x1c', '\x1f', '\x85', '\u2028', '#', ' # c', ' # torchpin: keep', '# coding: cp1252\n', '${A}', '${B}', '${V}', '${UNSET}', '$', '{',
  ' ', '  ', '\t', '\u00a0', '\ufeff', 'é', '😀', '\ud800', '\0', '/', '.',
]

const rarely = (common: string, ...others: readonly string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(common) }, { weight: 2, arbitrary: fc.constantFrom(...others) })
const digest = fc.constantFrom('a'.repeat(64), 'AA', '', '0:1')
const hashes = fc
  .array(fc.tuple(fc.constantFrom(' ', ' \\\n    ', ' \\\r\n\t'), fc.constantFrom('=', ' ', '  '), digest), {
    maxLength: 3,
  })
  .map(all => all.map(([blank, equals, text]) => `${blank}--hash${equals}sha256:${text}`).join(''))
const quote = rarely('', '"', "'")
const value = fc.constantFrom(
  'https://h/simple',
  'https://u:p@h/${A}',
  'x.txt',
  '../c.txt',
  ':all:',
  'torch,numpy',
  'k=v',
  '',
)
const optionName = fc.constantFrom(
  ...'-i -f -r -c -e -C --index-url --extra-index-url --find-links --no-index --pre --prefer-binary --require-hashes --no-binary --only-binary --trusted-host --use-feature --requirement --constraint --editable --extra --no --inde -x --bogus'.split(
    ' ',
  ),
)
const option = fc.tuple(optionName, rarely(' ', '=', '', '\t', '  '), quote, value, quote).map(parts => parts.join(''))
const options = fc.array(option, { minLength: 1, maxLength: 2 }).map(all => all.join(' '))
const reference = fc
  .tuple(
    rarely('', '-e ', '--editable=', 'name @ '),
    fc.constantFrom(
      'https://h/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl',
      'https://h/p.zip#egg=p&subdirectory=x',
      'git+ssh://git@h/r.git@main#egg=Foo[bar]',
      'file:///x/p-1.0.tar.gz',
      './pkg[extra]',
      '../p-1.0-py3-none-any.whl',
      'HTTPS://[::1]:8/p.zip',
    ),
    rarely('', ' ; sys_platform == "linux"', ';os_name=="nt"', ' --hash=sha256:aa'),
  )
  .map(parts => parts.join(''))
const comment = rarely('', '  # why', '#x', ' # torchpin: keep', '\t# é')
const content = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(requirementTexts, rarely('', ' '), hashes).map(parts => parts.join('')) },
  { weight: 3, arbitrary: options },
  { weight: 2, arbitrary: reference },
  { weight: 1, arbitrary: fc.constantFrom('', '# comment', '    # via torch', '${B}', 'torch==${V}') },
  { weight: 2, arbitrary: jumbled(filePieces, 8) },
)
const lineEnd = rarely('\n', '\r\n', '\r', '\\\n', ' \\\n', '\u2028', '')

/** Lines as people and tools write them, and worse. */
const written = fc
  .tuple(
    rarely('', '\ufeff', '# -*- coding: latin-1 -*-\n'),
    fc.array(fc.tuple(rarely('', ' ', '\t'), content, comment, lineEnd), { maxLength: 7 }),
  )
  .map(([start, lines]) => start + lines.map(parts => parts.join('')).join(''))

/** Texts of requirements files. */
export const requirementsSources: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: written },
  { weight: 3, arbitrary: jumbled(filePieces) },
  { weight: 2, arbitrary: mangled(requirementsTexts, filePieces) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

let kept: readonly string[] | undefined
/** Lines of all kinds, their endings with them. */
const lines = (): readonly string[] =>
  (kept ??= [...fc.sample(written, { numRuns: 3000, seed: 1 }), ...requirementsTexts].flatMap(text =>
    text.slice(0, 2000).split(/(?<=[\n\r])/),
  ))

/** Files put together from such lines, cheaply enough for millions; they do not shrink. */
export const manySources: fc.Arbitrary<string> = fc.integer().map(seed => {
  const next = numbersFrom(seed)
  const pick = (all: readonly string[]) => all[next(all.length)]!
  let text = ''
  for (let n = next(9); n >= 0; n--) text += pick(lines())
  for (let n = next(4); n > 0; n--) {
    const at = next(text.length + 1)
    text = text.slice(0, at) + (next(3) === 0 ? '' : pick(filePieces)) + text.slice(at + next(6))
  }
  return text
})

/** Numbers below a limit, by chance but the same for the same seed (mulberry32). */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed
  return limit => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

const marks = fc.constantFrom(
  [],
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0xff, 0xfe, 0, 0],
  [0, 0, 0xfe, 0xff],
  [...Buffer.from('# coding: cp1252\n')],
  [...Buffer.from('# coding: iso-8859-7\n')],
  [...Buffer.from('\n# vim: set fileencoding=koi8-r :\n')],
  [...Buffer.from('# coding: utf-7\n')],
)

/** The bytes of requirements files, in encodings that fit and in others. */
export const requirementsBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.tuple(marks, fc.uint8Array({ maxLength: 80 })).map(([start, rest]) => Buffer.from([...start, ...rest])),
  fc.tuple(marks, requirementsSources).map(([start, text]) => Buffer.from([...start, ...Buffer.from(text, 'utf8')])),
  requirementsSources.map(text => Buffer.from(`\ufeff${text}`, 'utf16le')),
  requirementsSources.map(text => Buffer.from(text, 'latin1')),
  mangledBytes(requirementsFiles),
)

const headers = [
  '# This file was autogenerated by uv via the following command:\n#    uv pip compile --universal "requirements.in" -o x.txt\n',
  '#\n# This file is autogenerated by pip-compile with Python 3.11\n# by the following command:\n#\n#    pip-compile --extra=a setup.py\n#\n',
]

/** What tools write at the top of the files they compile. */
export const compiledHeaders: fc.Arbitrary<string> = mangled(headers, [
  '# ',
  '#',
  '\r',
  "'",
  '"',
  '.in',
  'uv',
  ...filePieces,
])
