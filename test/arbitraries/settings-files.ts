import fc from 'fast-check'
import pipConfig from '../../fixtures/package-index/pip-config.json' with { type: 'json' }
import { jumbled, mangled } from './mangled.ts'
import { dockerignores } from './seeds.ts'

// biome-ignore format: a list of pieces
const configPieces: readonly string[] = [
  '[global]', '[install]', '[DEFAULT]', '[', ']', '\n', '\r\n', '\r', '\n  ', '\n\t', ' ', 'index-url', 'INDEX_URL', '--extra-index-url', 'timeout', 'no-index', '=', ':', ' = ', 'https://h/simple', '#', ';',
  ' # c', 'yes', '1', '%', '${', '}', '\ufeff', '\u00a0', '\x0b', '\x0c', '\x1c', '\x85', '\u2028', 'é', '\0', '"',
]
const pipFiles = pipConfig.cases.flatMap(({ files = {} }) => Object.values(files as Record<string, string>))

/** Texts of pip.conf. */
export const pipConfigTexts: fc.Arbitrary<string> = fc.oneof(
  jumbled(configPieces).map(text => `[global]\n${text}`),
  jumbled(configPieces),
  mangled(pipFiles, configPieces),
)

/** `PIP_…` variables. */
export const pipVariables: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    'PIP_INDEX_URL',
    'PIP_EXTRA_INDEX_URL',
    'PIP_NO_INDEX',
    'PIP_TIMEOUT',
    'PIP_DEFAULT_TIMEOUT',
    'PIP_FIND_LINKS',
    'PIP_CERT',
    'PIP_',
    'PIP___',
    'pip_proxy',
  ),
  fc.oneof(jumbled(configPieces, 5), fc.constantFrom('', '1', 'no', 'Infinity', '0x10', '1e3', '-1', '~/x ~', 'nan')),
  { noNullPrototype: true },
)

// biome-ignore format: a list of pieces
const netrcPieces: readonly string[] = [
  'machine ', 'default ', 'login ', 'user ', 'password ', 'account ', 'macdef ', 'h.example.org', 'H', 'me', '"', '\\', '"a b"', ' ', '\t', '\n', '\n\n', '\r\n', '\r', '#', ' # c', '\0', 'é',
]
export const netrcTexts: fc.Arbitrary<string> = jumbled(netrcPieces)

// biome-ignore format: a list of pieces
const tomlPieces: readonly string[] = [
  '[tool.torchpin]', '[tool]', '[', ']', '[[', ']]', '\n', '\r\n', 'pin', 'platform', 'torchpin', ' = ', '=', '"all"', '["a", "b"]', 'true', '1', '1979-05-27', '"', "'", '"""', "'''", '\\', '\\u0000', '{', '}', ',', '.',
  '#', ' ', '\0', '\ud800', '__proto__', 'constructor', 'é', '[project]', 'requires-python', '">=3.11"', '"==3.11.*"', '[tool.poetry.dependencies]', 'python', '"^3.11"', '"~3.11"', 'inf', '-', '_',
]
export const tomlTexts: fc.Arbitrary<string> = fc.oneof(
  jumbled(tomlPieces),
  mangled(
    [
      'pin = "all"\nplatform = ["linux-x86_64", "macos-arm64"]\nsizes = false\n',
      '[project]\nrequires-python = "==3.11.*"\n[tool.torchpin]\n"pin" = "torch"\n',
      '[tool.poetry.dependencies]\npython = "~3.11"\n[tool.torchpin.x]\ny = {z = 1}\n',
    ],
    tomlPieces,
  ),
)

// biome-ignore format: a list of pieces
const ignorePieces: readonly string[] = [
  'a', 'b.txt', 'requirements', '*', '**', '**/', '/', '//', '?', '[', ']', '[a-z]', '[^a]', '[!a]', '[b-a]', '[[:alpha:]]', '\\', '\\ ', '!', '#', '\n', '\r\n', '\r', ' ', '\t', '.', '..', './', '{', '}', '(', ')', '|', '+', '$', '^',
  'é', '😀', '\ud800', '\ufeff', '\0', '-',
]
/** Texts of .gitignore and .dockerignore. */
export const ignoreTexts: fc.Arbitrary<string> = fc.oneof(
  jumbled(ignorePieces, 14),
  mangled(dockerignores, ignorePieces),
)
/** Paths below a folder. */
export const paths: fc.Arbitrary<string> = fc
  .array(fc.constantFrom('a', 'b.txt', 'requirements', '.x', '[', '\\', ' ', 'é', '😀', 'aaaaaaaaaaaa', '$'), {
    minLength: 1,
    maxLength: 6,
  })
  .map(names => names.join('/'))
