import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { snapshotIndex } from '../src/package-index/snapshot/snapshot-index.ts'
import { describedFiles } from '../test/loopback/described-pages.ts'
import { stretchOf } from './stand-in-wheel.ts'

export interface WideIndex {
  readonly main: string
  /** Pages asked for so far, by path: how often. */
  readonly pages: ReadonlyMap<string, number>
  close(): Promise<void>
}

/** Releases of a made-up project, 20 wheels each: 800 files, between a project of pure Python (200) and numpy (3,000). */
const RELEASES = 40
/** Bytes of every wheel here. */
const SIZE = 2_000_000
const PYTHONS = ['39', '310', '311', '312', '313']
const PLATFORMS = [
  'manylinux_2_17_x86_64.manylinux2014_x86_64',
  'musllinux_1_2_x86_64',
  'macosx_11_0_arm64',
  'win_amd64',
]

/** A public index on 127.0.0.1: what the snapshot knows of torch and its closure, and made-up projects `wide-0`, `wide-1`, … */
export async function serveWideIndex(): Promise<WideIndex> {
  const snapshot = snapshotIndex('pypi')
  const pages = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url!)
    const json = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' }).end(JSON.stringify(body))
    const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1]
    if (project) {
      pages.set(path, (pages.get(path) ?? 0) + 1)
      const files = project.startsWith('wide-') ? wideFiles(project) : await knownFiles(project)
      return files ? json({ meta: { 'api-version': '1.1' }, name: project, files }) : response.writeHead(404).end()
    }
    const [, filename = '', metadata] = /^\/files\/(.+?)(\.metadata)?$/.exec(path) ?? []
    const name = filename.split('-')[0]!.replaceAll('_', '-')
    if (metadata) {
      const text = name.startsWith('wide-')
        ? wideMetadata(name, filename.split('-')[1]!)
        : (await describedFiles(snapshot, name))?.get(filename)?.metadata
      return text === undefined ? response.writeHead(404).end() : response.writeHead(200).end(text)
    }
    const stretch = stretchOf({ size: SIZE, installed: 6_000_000, members: 200 }, request.headers.range)
    if (!stretch) return response.writeHead(200, { 'content-length': SIZE, 'accept-ranges': 'bytes' }).end()
    const { start, bytes } = stretch
    const range = `bytes ${start}-${start + bytes.length - 1}/${SIZE}`
    return response.writeHead(206, { 'content-length': bytes.length, 'content-range': range }).end(bytes)
  })

  const knownFiles = async (project: string) => {
    const described = await describedFiles(snapshot, project)
    return (
      described &&
      [...described.values()].map(({ file: { filename, hashes }, metadata }) => ({
        filename,
        url: `/files/${filename}`,
        hashes,
        size: SIZE,
        'core-metadata': metadata !== undefined,
      }))
    )
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    main: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`,
    pages,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function wideFiles(project: string) {
  return Array.from({ length: RELEASES }, (_, i) => `1.${i}.0`).flatMap(version =>
    PYTHONS.flatMap(python =>
      PLATFORMS.map(platform => {
        const filename = `${project.replaceAll('-', '_')}-${version}-cp${python}-cp${python}-${platform}.whl`
        return {
          filename,
          url: `/files/${filename}`,
          hashes: { sha256: '0'.repeat(64) },
          size: SIZE,
          'requires-python': '>=3.9',
          'core-metadata': true,
        }
      }),
    ),
  )
}

/** Each needs two of those before it, as packages do, and numpy. */
function wideMetadata(project: string, version: string): string {
  const number = Number(project.slice('wide-'.length))
  const needs = [Math.floor(number / 2), Math.floor(number / 3)].filter(other => other < number)
  return [
    'Metadata-Version: 2.1',
    `Name: ${project}`,
    `Version: ${version}`,
    'Requires-Python: >=3.9',
    ...[...new Set(needs)].map(other => `Requires-Dist: wide-${other}>=1.10,<2`),
    'Requires-Dist: typing-extensions>=4',
    'Requires-Dist: pytest>=7 ; extra == "test"',
    '',
  ].join('\n')
}
