import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generatedPage } from './described-pages.ts'
import { type MadeWheel, makeWheel } from './wheel.ts'

/** One release: its wheels' tags and what it needs. The tag `sdist` stands for a source distribution, described like a wheel. */
interface ReleaseSpec {
  readonly tags: readonly string[]
  readonly requires?: readonly string[]
  readonly requiresPython?: string
  /** Extras that its metadata names. */
  readonly extras?: readonly string[]
  /** The page gives no hash of its wheels (`unhashed`), nor does the server give the wheels (`gone`). */
  readonly wheels?: 'unhashed' | 'gone'
  /** Withdrawn, which the public index says. */
  readonly yanked?: boolean
  /** When its wheels came, which the index of CPU builds says. */
  readonly uploadTime?: string
}

/** Project → version → release. */
export type IndexSpec = Readonly<Record<string, Readonly<Record<string, ReleaseSpec>>>>

export interface Loopback {
  /** Shaped like the index of CPU builds: generated pages, flat files, `%2B`, 403 for what is missing, no JSON. */
  readonly cpu: string
  /** Shaped like the public index: JSON with sizes, or HTML. */
  readonly main: string
  /** A folder with pages of links. */
  readonly links: string
  /** The index of a label of `labels`, beside the one of CPU builds and shaped like it. */
  labelled(label: string): string
  readonly requests: string[]
  close(): Promise<void>
}

interface OtherPages {
  readonly linkPages?: Readonly<Record<string, IndexSpec>>
  readonly labels?: Readonly<Record<string, IndexSpec>>
}

/**
 * Serves two indexes on 127.0.0.1, and pages of links beside them.
 *
 * @param linkPages by the path of the page
 * @param labels indexes of builds for other devices, by their label: `cu128`
 */
export async function serveIndexes(
  cpuSpec: IndexSpec,
  mainSpec: IndexSpec,
  port = 0,
  { linkPages = {}, labels = {} }: OtherPages = {},
): Promise<Loopback> {
  const devices = new Map(Object.entries({ ...labels, cpu: cpuSpec }).map(([label, spec]) => [label, build(spec)]))
  const main = build(mainSpec)
  const pages = new Map(Object.entries(linkPages).map(([path, spec]) => [path, build(spec)]))
  const linked = new Map([...pages.values()].flatMap(({ files }) => [...files]))
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://loopback').pathname)
    requests.push(`${request.method} ${request.url}`)
    const answer = (status: number, type: string, body: string | Buffer) => {
      const bytes = Buffer.from(body)
      const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')
      if (status === 200 && range) {
        const start = range[1] ? Number(range[1]) : Math.max(0, bytes.length - Number(range[2]))
        const end = range[1] && range[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1
        response.writeHead(206, {
          'content-type': type,
          'content-range': `bytes ${start}-${end}/${bytes.length}`,
          'content-length': end - start + 1,
        })
        response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start, end + 1))
        return
      }
      response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, 'accept-ranges': 'bytes' })
      response.end(request.method === 'HEAD' ? undefined : bytes)
    }
    const [, label = '', below = ''] = /^\/whl\/([^/]+)\/(.+)$/.exec(path) ?? []
    const device = devices.get(label)
    const offered = device?.projects.get(below.replace(/\/$/, ''))
    if (offered && below.endsWith('/')) return answer(200, 'text/html', devicePage(label, below.slice(0, -1), offered))
    const mainProject = /^\/simple\/([^/]+)\/$/.exec(path)?.[1]
    if (mainProject && main.projects.has(mainProject)) {
      return request.headers.accept?.includes('json')
        ? answer(200, 'application/vnd.pypi.simple.v1+json', mainJson(mainProject, main.projects.get(mainProject)!))
        : answer(200, 'text/html', mainPage(main.projects.get(mainProject)!))
    }
    const page = pages.get(path.slice('/links/'.length))
    if (page) return answer(200, 'text/html', linksPage([...page.files.values()]))
    const files = device?.files ?? main.files
    const file = device ? below : path.startsWith('/files/') ? path.slice('/files/'.length) : ''
    const wheel = files.get(file) ?? (device ? undefined : linked.get(file))
    if (wheel && wheel.wheels !== 'gone') return answer(200, 'binary/octet-stream', wheel.bytes)
    const described = file.endsWith('.metadata') ? files.get(file.slice(0, -'.metadata'.length)) : undefined
    if (described) return answer(200, 'text/plain', described.metadata)
    // uv forgives a 403 of PyTorch's own host alone.
    return path.startsWith('/whl/') && !request.headers['user-agent']?.startsWith('uv/')
      ? answer(403, 'application/xml', '<Error><Code>AccessDenied</Code></Error>')
      : answer(404, 'text/plain', 'not found')
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    cpu: `${base}/whl/cpu`,
    main: `${base}/simple`,
    links: `${base}/links`,
    labelled: label => `${base}/whl/${label}`,
    requests,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

interface OfferedWheel extends MadeWheel, Pick<ReleaseSpec, 'wheels' | 'yanked' | 'uploadTime'> {}

function build(spec: IndexSpec): { projects: Map<string, OfferedWheel[]>; files: Map<string, OfferedWheel> } {
  const projects = new Map(
    Object.entries(spec).map(([name, releases]) => [
      name,
      Object.entries(releases).flatMap(([version, { tags, requires, requiresPython, extras, ...offer }]) =>
        tags.map(tag => ({
          ...makeWheel(name, version, tag, requires, requiresPython, extras),
          ...(tag === 'sdist' && { filename: `${name.replaceAll('-', '_')}-${version}.tar.gz` }),
          ...offer,
        })),
      ),
    ]),
  )
  return { projects, files: new Map([...projects.values()].flat().map(wheel => [wheel.filename, wheel])) }
}

const href = (folder: string, wheel: OfferedWheel): string =>
  `${folder}${encodeURIComponent(wheel.filename)}${wheel.wheels ? '' : `#sha256=${wheel.sha256}`}`

function devicePage(label: string, project: string, wheels: readonly OfferedWheel[]): string {
  return generatedPage(
    project,
    wheels.map(({ filename, sha256, metadata, wheels, uploadTime }) => ({
      file: { filename, hashes: wheels ? {} : { sha256 }, ...(uploadTime ? { uploadTime } : {}) },
      metadata,
    })),
    label,
  )
}

function mainPage(wheels: readonly OfferedWheel[]): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const links = wheels.map(
    wheel =>
      `<a href="${href('../../files/', wheel)}"${wheel.requiresPython ? ` data-requires-python="${escaped(wheel.requiresPython)}"` : ''}${wheel.yanked ? ' data-yanked=""' : ''} data-core-metadata="true">${wheel.filename}</a><br/>`,
  )
  return [
    '<!DOCTYPE html>',
    '<html><head><meta name="pypi:repository-version" content="1.1"></head><body>',
    ...links,
    '</body></html>',
  ].join('\n')
}

function linksPage(wheels: readonly MadeWheel[]): string {
  return wheels
    .map(wheel => `<a href="/files/${encodeURIComponent(wheel.filename)}">${wheel.filename}</a><br>`)
    .join('\n')
}

function mainJson(project: string, wheels: readonly OfferedWheel[]): string {
  return JSON.stringify({
    meta: { 'api-version': '1.1' },
    name: project,
    files: wheels.map(wheel => ({
      filename: wheel.filename,
      url: `../../files/${encodeURIComponent(wheel.filename)}`,
      hashes: { sha256: wheel.sha256 },
      size: wheel.bytes.length,
      yanked: wheel.yanked ?? false,
      'core-metadata': true,
      ...(wheel.requiresPython ? { 'requires-python': wheel.requiresPython } : {}),
    })),
  })
}
