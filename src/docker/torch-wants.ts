import { evaluateMarker, type Marker } from '../packaging/marker.ts'
import { canonicalizeName } from '../packaging/names.ts'
import type { Specifier } from '../packaging/specifier.ts'
import { environmentFor } from '../packaging/target.ts'
import { parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Statement } from '../requirements/parse.ts'
import { positionAt } from '../text/position.ts'
import { isAcceleratorLabel, torchFamily } from '../torch/family.ts'
import { type BuildContext, contextPath } from './context.ts'
import type { Install } from './install.ts'
import type { Word } from './words.ts'

/** A project of the torch family that an install asks for. */
export interface TorchWant {
  /** Canonical. */
  readonly project: string
  /** As written. */
  readonly written: string
  /** The release that `==` asks for, its label left out. */
  readonly release: Version | undefined
  /** Which build the version, or the file name of a URL, asks for by its label. */
  readonly label: 'cpu' | 'gpu' | undefined
  readonly url: string | undefined
  /** The word of the command; a requirements file names it otherwise. */
  readonly word: Word | undefined
  /** `requirements.txt:3`, where a file names it. */
  readonly place: string | undefined
}

/** What an install asks for of the torch family, itself and through the requirements files of the build context. */
export function torchWants(install: Install, context: BuildContext): TorchWant[] {
  if (install.tool === 'conda' || install.tool === 'pipenv') return []
  const named = install.wanted.flatMap(({ word, statement }) => {
    const want = wantOf(statement, install)
    return want ? [{ ...want, written: word.value ?? word.lead, word, place: undefined }] : []
  })
  const fromFiles = install.files.flatMap(({ value }) =>
    filesOf(install, context, value).flatMap(file => wantsOf(file, install)),
  )
  return [...named, ...fromFiles]
}

/** The requirements files behind `-r`, constraints left out; none where they are not known. */
export function filesOf(
  install: Install,
  context: BuildContext,
  value: string | undefined,
): readonly RequirementsFile[] {
  const source = contextPath(context, install, value)
  const files = source === undefined ? undefined : context.requirements.get(source)
  return (files ?? []).filter(({ role }) => role === 'requirements')
}

function wantsOf(file: RequirementsFile, install: Install): TorchWant[] {
  return file.statements.flatMap(statement => {
    const want = wantOf(statement, install)
    if (!want) return []
    const place = `${file.path}:${positionAt(file.source, statement.span.start).line}`
    const written = file.source
      .slice(statement.span.start, statement.span.end)
      .split(/;|#|--/)[0]!
      .trim()
    return [{ ...want, written, word: undefined, place }]
  })
}

function wantOf(
  statement: Statement,
  install: Install,
): Pick<TorchWant, 'project' | 'release' | 'label' | 'url'> | undefined {
  if (statement.kind === 'requirement') {
    const { key, specifier, url, marker } = statement.requirement
    if (!torchFamily.has(key) || !holds(marker, install)) return undefined
    if (url !== undefined) return { project: key, release: undefined, label: labelOfUrl(url), url }
    const exact = specifier.clauses.find(isExact)
    const version = exact && parseVersion(exact.version)
    return { project: key, release: version && publicVersion(version), label: labelOf(version), url: undefined }
  }
  if (statement.kind === 'reference' && statement.name !== undefined) {
    const project = canonicalizeName(statement.name)
    if (!torchFamily.has(project) || !holds(statement.marker, install)) return undefined
    const version = statement.version === undefined ? undefined : parseVersion(statement.version)
    return {
      project,
      release: version && publicVersion(version),
      label: labelOf(version) ?? labelOfUrl(statement.target),
      url: statement.target,
    }
  }
  return undefined
}

function isExact({ operator, version }: Specifier): boolean {
  return (operator === '==' || operator === '===') && !version.endsWith('*')
}

function labelOf(version: Version | undefined): 'cpu' | 'gpu' | undefined {
  const label = version?.local
  if (label === undefined) return undefined
  return label.startsWith('cpu') ? 'cpu' : isAcceleratorLabel(label) ? 'gpu' : undefined
}

function labelOfUrl(url: string): 'cpu' | 'gpu' | undefined {
  if (/(?:%2B|\+|\/)cpu(?:[-./]|$)/i.test(url)) return 'cpu'
  return /(?:%2B|\+|\/)(?:cu\d{2,3}|rocm[\d.]+)(?:[-./]|$)/i.test(url) ? 'gpu' : undefined
}

/** A line for macOS or Windows alone is none of an image's business. */
function holds(marker: Marker | undefined, install: Install): boolean {
  return (
    marker === undefined ||
    evaluateMarker(marker, environmentFor({ python: install.python ?? '3.11', platform: 'linux-x86_64' }))
  )
}
