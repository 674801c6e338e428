import { isIPv6 } from 'node:net'
import { skipSpace, strip } from '../../packaging/characters.ts'
import { parseMarker } from '../../packaging/marker.ts'
import type { Marker } from '../../packaging/marker-syntax.ts'
import { isValidName } from '../../packaging/names.ts'
import { parseRequirement } from '../../packaging/requirement.ts'
import { PackagingSyntaxError } from '../../packaging/syntax-error.ts'
import { parseWheelFilename } from '../../packaging/wheel.ts'
import type { Span } from '../../text/edits.ts'

/** A requirement that names a place and not a project: a URL, a repository, a file or a folder. Spans are of the text that was read. */
export interface Reference {
  readonly form: 'editable' | 'url' | 'vcs' | 'path'
  /** As written, the marker left out. */
  readonly target: string
  readonly targetSpan: Span
  /** From `#egg=`, from the file name of a wheel, or from in front of `@`. */
  readonly name?: string
  /** From the file name of a wheel, in PEP 440 normal form. */
  readonly version?: string
  readonly marker?: Marker
}

export interface ReferenceProblem {
  readonly problem: string
  readonly at: Span
  readonly hint?: string
}

const vcsScheme =
  /^(git\+(https?|ssh|git|file)|hg\+(file|https?|ssh|static-http)|bzr\+(https?|ssh|sftp|ftp|lp|file)|svn\+(ssh|https?|svn|file))$/
const plainScheme = /^(https?|file|ftp)$/
const archive = /\.(zip|whl|tar\.bz2|tbz|tar\.gz|tgz|tar|tar\.xz|txz|tlz|tar\.lz|tar\.lzma)$/i

/** Reads the part of a line in front of its options as a URL or a path, when it is one (pip: `parse_req_from_line`). */
export function readReference(text: string): Reference | ReferenceProblem | undefined {
  const scheme = schemeOf(text)
  if (scheme) {
    // Behind a URL a marker takes a blank after its semicolon: URLs may hold semicolons.
    const { target, marker } = splitMarker(text, '; ')
    if (marker && 'problem' in marker) return marker
    const wrong = urlProblem(target.text)
    if (wrong) return { problem: wrong, at: target.span }
    const path = pathOfUrl(target.text)
    const file = path.slice(path.lastIndexOf('/') + 1)
    const named = isWheel(file) ? wheelProject(unquoted(file)) : { name: eggOf(target.text) }
    if (!named) return { problem: `${file} is no file name of a wheel`, at: target.span }
    return { form: vcsScheme.test(scheme) ? 'vcs' : 'url', ...reference(target, named), ...(marker && { marker }) }
  }
  const { target, marker } = splitMarker(text, ';')
  if (!isPath(target.text)) return undefined
  if (marker && 'problem' in marker) return marker
  const file = withoutExtras(target.text)
  const named = isWheel(file) ? wheelProject(fileName(file)) : {}
  if (!named) return { problem: `${fileName(file)} is no file name of a wheel`, at: target.span }
  return { form: 'path', ...reference(target, named), ...(marker && { marker }) }
}

/** Reads what stands behind `-e` (pip: `parse_editable`). Whether a folder of that name exists is not looked at. */
export function readEditable(text: string): Reference | ReferenceProblem {
  const whole = { start: 0, end: text.length }
  const named = namedUrl(text)
  const url = named?.url ?? text.replace(/^(bzr|git|hg|svn):/i, '$1+$&')
  const scheme = schemeOf(url)
  const wrong = urlProblem(url)
  if (wrong) return { problem: wrong, at: whole }
  const isRepository = scheme !== undefined && vcsScheme.test(scheme)
  const isUrl = scheme !== undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(url)
  if (isUrl && !isRepository && scheme !== 'file')
    return { problem: 'only a folder or a repository can be editable', at: whole, hint: 'leave out -e' }
  const name = named?.name ?? eggOf(url)
  if (isRepository && !name)
    return {
      problem: 'an editable repository needs the name of its project',
      at: whole,
      hint: 'put #egg=NAME behind the URL',
    }
  return { form: 'editable', ...reference({ text, span: whole }, { name }) }
}

function namedUrl(text: string): { readonly name: string; readonly url: string } | undefined {
  if (!text.includes('@')) return undefined
  try {
    const { name, url } = parseRequirement(text)
    return url === undefined ? undefined : { name, url }
  } catch {
    return undefined
  }
}

interface Target {
  readonly text: string
  readonly span: Span
}

function reference(
  target: Target,
  { name, version }: { name?: string | undefined; version?: string },
): Omit<Reference, 'form'> {
  return {
    target: target.text,
    targetSpan: target.span,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
  }
}

function splitMarker(text: string, separator: string): { target: Target; marker?: Marker | ReferenceProblem } {
  const found = text.indexOf(separator)
  const behind = found < 0 ? text.length : found
  const start = skipSpace(text, 0)
  const written = strip(text.slice(0, behind))
  const target = { text: written, span: { start, end: start + written.length } }
  const markerText = strip(text.slice(behind + separator.length))
  if (markerText === '') return { target }
  return { target, marker: readMarker(markerText, skipSpace(text, behind + separator.length)) }
}

function readMarker(text: string, at: number): Marker | ReferenceProblem {
  try {
    return parseMarker(text)
  } catch (error) {
    if (!(error instanceof PackagingSyntaxError)) throw error
    return { problem: error.message, at: { start: at + error.span.start, end: at + error.span.end } }
  }
}

/** The scheme of a text that pip takes for a URL, in lower case. */
function schemeOf(text: string): string | undefined {
  const scheme = /^[\0-\x20]*([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase()
  return scheme && (plainScheme.test(scheme) || vcsScheme.test(scheme)) ? scheme : undefined
}

/** What pip refuses in any URL. */
export function urlProblem(url: string): string | undefined {
  return hostProblem(url) ?? eggProblem(url)
}

/** What Python's `urlsplit` refuses. */
function hostProblem(url: string): string | undefined {
  const host = /^[^:/?#]*:\/\/([^/?#]*)/.exec(url)?.[1]
  if (!host || !/[[\]]/.test(host)) return undefined
  const address = /^[^[\]]*\[([^[\]]*)\][^[\]]*$/.exec(host)?.[1]
  return address !== undefined && (isIPv6(address) || /^v[0-9a-f]+\../i.test(address))
    ? undefined
    : 'no valid IPv6 address in the URL'
}

/** pip takes the last of a doubled `#egg=` for one name, and refuses what is none. */
function eggProblem(url: string): string | undefined {
  const egg = /[#&]egg=([^&]*)/.exec(url)?.[1]
  return egg === undefined || isValidName(egg)
    ? undefined
    : `${egg || 'nothing'} is no name of a project (behind #egg=)`
}

function eggOf(url: string): string | undefined {
  return /[#&]egg=([^&]*)/.exec(url)?.[1]
}

/**
 * Without a look at the disk: what begins like a path, holds a slash and nothing that paths seldom hold, or ends like an
 * archive. pip would also take any other folder that is there, and refuses a path that leads to none.
 */
function isPath(text: string): boolean {
  const file = withoutExtras(text)
  if (/^\.{0,2}[\\/]|^\.{1,2}$|^~\/|^[a-z]:[\\/]/i.test(file)) return true
  if (archive.test(file)) return !/^[^\\/.][^\\/]*@/.test(text)
  return /[\\/]/.test(file) && !/[\s@=<>~!;]|\.(txt|in)$/.test(file)
}

/** `folder[extra]` without its extras. */
function withoutExtras(path: string): string {
  const open = path.endsWith(']') ? path.lastIndexOf('[') : -1
  return open > 0 && path.indexOf(']', open) === path.length - 1 ? strip(path.slice(0, open)) : path
}

/** Whether a URL or a path is that of a wheel to pip, and not of something to build. */
export function namesWheel(target: string): boolean {
  return isWheel(pathOfUrl(target))
}

function isWheel(path: string): boolean {
  return /[^\\/]\.whl$/.test(path)
}

function wheelProject(filename: string): { readonly name: string; readonly version: string } | undefined {
  const wheel = parseWheelFilename(filename)
  return wheel && { name: wheel.name, version: wheel.version.text }
}

/** The path alone: a host that ends like a wheel is none. */
function pathOfUrl(url: string): string {
  const path = url.replace(/^[^:/?#]*:(?:\/\/[^/?#]*)?/, '')
  let end = path.search(/[?#]/)
  if (end < 0) end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/** Percent-decoded, where that gives UTF-8. */
function unquoted(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, escapes => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}
