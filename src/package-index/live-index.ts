import { TorchpinError } from '../errors.ts'
import { parseCoreMetadata } from '../packaging/metadata.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { redactUrl } from './credentials.ts'
import type { Http, Response } from './http.ts'
import type { IndexFile, PackageIndex, ProjectPage } from './project-page.ts'
import { readWheelTail, type WheelFacts } from './remote-zip.ts'
import { parseSimpleJson } from './simple-json.ts'

const ACCEPT = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01'

/** A package index over HTTP. A project that is missing is no error: PyTorch's index says 403 for it, others 404. */
export function liveIndex(url: string, http: Http): PackageIndex {
  const pages = new Map<string, Promise<ProjectPage | undefined>>()
  const base = url.endsWith('/') ? url : `${url}/`
  const read = async (project: string): Promise<ProjectPage | undefined> => {
    const response = await http.get(`${base}${project}/`, { accept: ACCEPT })
    if ([403, 404, 410].includes(response.status)) return undefined
    return { project, files: await filesOn(response, base), origin: response.fromCache ? 'cache' : 'live' }
  }
  return {
    url: redactUrl(url),
    project(name) {
      const project = canonicalizeName(name)
      const page = pages.get(project) ?? read(project)
      pages.set(project, page)
      return page
    },
    ...fileAnswers(http),
  }
}

/** The files on a page of the simple repository API or of `--find-links`. @throws TorchpinError INDEX_UNREADABLE */
export async function filesOn({ status, headers, body, url }: Response, index: string): Promise<IndexFile[]> {
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (status !== 200)
    throw new TorchpinError('INDEX_UNREADABLE', `${redactUrl(url)} answers ${status}`, {
      hint: `check that ${redactUrl(index)} is a package index and that you may read it`,
    })
  const text = body.toString('utf8')
  if (type.includes('json')) return parseSimpleJson(text, url)
  if (type.includes('html') || /^\s*(?:<!doctype html|<html)/i.test(text))
    return (await import('./simple-html.ts')).parseSimpleHtml(text, url)
  throw new TorchpinError(
    'INDEX_UNREADABLE',
    `${redactUrl(url)} answers ${type || 'something without a content type'}, not a page of files`,
    {
      hint: `check that ${redactUrl(index)} is the URL of a package index`,
    },
  )
}

/** What can be learnt of a file without installing it: its own metadata document, else the tail of the wheel. */
export function fileAnswers(http: Http): Pick<PackageIndex, 'metadata' | 'sizes'> {
  const tails = new Map<string, Promise<WheelFacts | undefined>>()
  const tailOf = (file: IndexFile): Promise<WheelFacts | undefined> => {
    if (!file.filename.endsWith('.whl')) return Promise.resolve(undefined)
    const tail = tails.get(file.url) ?? readWheelTail(file.url, http)
    tails.set(file.url, tail)
    return tail
  }
  return {
    async metadata(file) {
      if (file.metadataOffered) {
        const answer = await http.get(`${file.url}.metadata`, { immutable: true, maxBytes: 16 * 1024 * 1024 })
        if (answer.status === 200) return parseCoreMetadata(answer.body.toString('utf8'))
      }
      const text = (await tailOf(file))?.metadata
      return text === undefined ? undefined : parseCoreMetadata(text)
    },
    async sizes(file) {
      const tail = await tailOf(file).catch(() => undefined)
      const download = file.size ?? tail?.download
      return {
        ...(download === undefined ? {} : { download }),
        ...(tail ? { installed: tail.installed } : {}),
        exact: true,
      }
    },
  }
}
