import { readToml, valueAt } from './toml.ts'

/** A requirements file whose lines a build backend publishes as what the package needs (Requires-Dist). */
export interface PublishedFile {
  /** As it is written: relative to the folder of the file that says so. */
  readonly path: string
  /** Where that is said, 1-based; undefined where the place is not found. */
  readonly line: number | undefined
}

/**
 * The files that a pyproject.toml has published: `file` of `[tool.setuptools.dynamic]`
 * (setuptools.pypa.io/en/latest/userguide/pyproject_config.html), and those of the hook of hatch-requirements-txt. Either counts
 * only for what `[project] dynamic` leaves to the build.
 */
export async function publishedByPyproject(text: string): Promise<PublishedFile[]> {
  // Most say nothing of the kind, and are not worth the parser.
  if (!/\bsetuptools\b|requirements_txt/.test(text)) return []
  const document = await readToml(text)
  const dynamic = texts(valueAt(document, 'project', 'dynamic'))
  const isLeft = (field: string) => dynamic.includes(field)
  const setuptools = valueAt(document, 'tool', 'setuptools', 'dynamic')
  const hatch = valueAt(document, 'tool', 'hatch', 'metadata', 'hooks', 'requirements_txt')
  const ofSetuptools = [
    ...(isLeft('dependencies') ? [valueAt(setuptools, 'dependencies')] : []),
    ...(isLeft('optional-dependencies') ? valuesOf(valueAt(setuptools, 'optional-dependencies')) : []),
  ].flatMap(directive => texts(valueAt(directive, 'file')))
  const ofHatch = [
    ...(isLeft('dependencies') ? texts(valueAt(hatch, 'files')) : []),
    ...(isLeft('optional-dependencies') ? valuesOf(valueAt(hatch, 'optional-dependencies')).flatMap(texts) : []),
  ]
  return [
    ...ofSetuptools.map(path => ({ path, line: lineOf(text, path, /setuptools/) })),
    ...ofHatch.map(path => ({ path, line: lineOf(text, path, /requirements_txt/) })),
  ]
}

/** The files that a setup.cfg has published: `install_requires = file: requirements.txt`, and the same for an extra. */
export function publishedBySetupCfg(text: string): PublishedFile[] {
  const found: PublishedFile[] = []
  let [section, key] = ['', '']
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const header = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (header !== undefined) [section, key] = [header.trim(), '']
    key = /^([\w.-]+)\s*[=:]/.exec(line)?.[1] ?? key
    const files = /^(?:[\w.-]+\s*[=:])?\s*file:(.*)$/.exec(line)?.[1]
    const isOfNeeds = (section === 'options' && key === 'install_requires') || section === 'options.extras_require'
    if (files === undefined || !isOfNeeds) continue
    for (const path of files.split(',')) found.push({ path: path.trim(), line: i + 1 })
  }
  return found.filter(({ path }) => path !== '')
}

/** The first line behind the head of a table that has the path in quotes. */
function lineOf(text: string, path: string, table: RegExp): number | undefined {
  const lines = text.split('\n')
  const head = lines.findIndex(
    line => table.test(line) && /^\s*(?:\[|[\w."-]+\s*=)/.test(line) && !/requires/.test(line),
  )
  const at = lines.findIndex((line, i) => i >= head && (line.includes(`"${path}"`) || line.includes(`'${path}'`)))
  return at < 0 ? undefined : at + 1
}

/** `file` is one path or a list of them. */
function texts(value: unknown): string[] {
  return [value].flat().filter(entry => typeof entry === 'string')
}

function valuesOf(table: unknown): unknown[] {
  return typeof table === 'object' && table !== null ? Object.values(table) : []
}
