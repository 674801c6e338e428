import fc from 'fast-check'
import { jumbled, mangled } from './mangled.ts'

// biome-ignore format: a list of pieces
const pieces: readonly string[] = [
  '[project]', '[tool.uv]', '[tool.uv.sources]', '[[tool.uv.index]]', '[tool.uv.sources.torch]', '[dependency-groups]', '[tool.poetry.dependencies]', '[[tool.poetry.source]]', '[tool.poetry.group.dev.dependencies]', '\n', '\r\n', '\n\n', ' ', '  ', '\t',
  'dependencies', 'torch', 'torchvision', 'index', 'sources', 'source', 'url', 'name', 'explicit', 'priority', 'markers', 'version', '"torch>=2"', "'torchvision'", '"""torch"""', '"\\u0074orch"', '"x', ' = ', '=', '.', ',', ', ', '{ ', ' }', '{', '}', '[', ']',
  '[\n', '\n]', '# c', ' # torchpin: keep\n', '# ', 'true', 'false', '1', '\\', '"', "'", '# /// script\n', '# ///\n', 'é', '\u2028', '__proto__', '"a b"',
]

/** One way to write each part of a project, and where it may stand. */
const parts = {
  project: [
    '[project]\nname = "app"\ndependencies = ["torch", "a"] # b\n',
    '[project]\ndependencies = [\n  "a",\n  \'torch>=2\' # c\n]\n',
    'project.dependencies = []\n',
    '',
  ],
  groups: [
    '[dependency-groups]\ndev = ["a"]\n',
    '[dependency-groups]\ncpu-torch = [\n\t"torch", ]\n',
    'dependency-groups.dev = []\n',
    '',
  ],
  sources: [
    '[tool.uv.sources]\ntorch = { index = "x" }\n',
    '[tool.uv.sources]\n# none\n',
    '[tool.uv.sources.torch]\nindex = "x"\nmarker = "m"\n',
    '[[tool.uv.sources.torch]]\nindex = "x"\n[[tool.uv.sources.torch]]\nindex = "y"\n',
    '[tool.uv.sources]\ntorch.index = "x"\ntorch.extra = "e"\ntriton = { git = "g" }\n',
    '[tool.uv.sources]\ntorchvision = [\n  { index = "x" },\n]\n',
    '',
  ],
  indexes: [
    '[[tool.uv.index]]\nname = "pytorch-cpu"\nurl = "https://h/cu"\n',
    '[[tool.uv.index]]\nurl = "https://h/a"\n\n[[tool.uv.index]]\nname = "x"\nurl = \'https://h/b\'\n',
    '',
  ],
  other: [
    '[tool.ruff]\nline-length = 100\n',
    '# A comment.\n\n',
    '[tool.uv]\npackage = false\n',
    '[build-system]\nrequires = ["hatchling"]',
    '',
  ],
} as const

/** Projects whose parts stand in any order and form; nearly all of them are TOML. */
const arranged: fc.Arbitrary<string> = fc
  .tuple(
    fc.shuffledSubarray(['project', 'groups', 'sources', 'indexes', 'other'] as const, { minLength: 1 }),
    fc.infiniteStream(fc.nat()),
    fc.constantFrom('', '\n', '\n\n'),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([order, choices, between, ending]) =>
    order
      .map(part => parts[part][choices.next().value! % parts[part].length]!)
      .join(between)
      .replaceAll('\n', ending),
  )

const seeds = [0, 1, 2, 3, 4, 5].map(i =>
  Object.values(parts)
    .map(forms => forms[i % forms.length]!)
    .join('\n'),
)
const poetry =
  '[tool.poetry]\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = "^3.11"\ntorch = { version = "^2", optional = true }\n\n[tool.poetry.dependencies.triton]\nversion = "*"\nsource = "x"\n\n[[tool.poetry.source]]\nname = "x"\nurl = "https://h/x"\npriority = "explicit"\n'
const inComment = (text: string) =>
  `import a\n# /// script\n${text.replaceAll(/^(?=.)/gm, '# ').replaceAll(/^(?=\r?$)/gm, '#')}\n# ///\n`

export const projectTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: arranged },
  { weight: 2, arbitrary: mangled([...seeds, poetry], pieces) },
  jumbled(pieces),
)

export const scriptTexts: fc.Arbitrary<string> = fc.oneof(
  mangled(seeds.map(inComment), pieces),
  arranged.map(inComment),
  jumbled(pieces).map(inComment),
)
