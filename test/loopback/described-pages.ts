import { createHash } from 'node:crypto'
import type { IndexFile, PackageIndex } from '../../src/package-index/project-page.ts'
import type { CoreMetadata } from '../../src/packaging/metadata.ts'

/** What the index of CPU builds says of a file, as it says it: a link of a page, and the text of METADATA. */
export interface DescribedFile {
  readonly file: Pick<IndexFile, 'filename' | 'hashes' | 'size' | 'uploadTime'>
  readonly metadata: string | undefined
}

/**
 * The files of a project as an index describes them, by file name.
 *
 * @param assumedUpload the moment to state for files whose own is not known, where an installer is to be given a date limit:
 *   it leaves out files without one
 * @returns undefined where the index does not have the project
 */
export async function describedFiles(
  index: PackageIndex,
  project: string,
  assumedUpload?: string,
): Promise<ReadonlyMap<string, DescribedFile> | undefined> {
  const page = await index.project(project)
  if (!page) return undefined
  const described = page.files.map(async (file): Promise<[string, DescribedFile]> => {
    const metadata = file.metadataOffered ? await index.metadata(file) : undefined
    return [
      file.filename,
      {
        file: { ...(assumedUpload && { uploadTime: assumedUpload }), ...file },
        metadata: metadata && metadataText(metadata),
      },
    ]
  })
  return new Map(await Promise.all(described))
}

/** A project page in the dialect that PyTorch's generator writes: links from the root, `%2B`, no Requires-Python, no sizes. */
export function generatedPage(project: string, files: Iterable<DescribedFile>, label = 'cpu'): string {
  const links = [...files].map(({ file, metadata }) => {
    const { sha256 } = file.hashes
    const digest = metadata === undefined ? '' : `sha256=${sha256Of(metadata)}`
    const attributes = [
      `href="/whl/${label}/${encodeURIComponent(file.filename)}${sha256 ? `#sha256=${sha256}` : ''}"`,
      ...(digest ? [`data-dist-info-metadata="${digest}"`, `data-core-metadata="${digest}"`] : []),
      ...(file.uploadTime ? [`data-upload-time="${file.uploadTime}"`] : []),
    ]
    return `    <a ${attributes.join(' ')}>${file.filename}</a><br/>`
  })
  return [
    '<!DOCTYPE html>',
    '<html>',
    '  <body>',
    `    <h1>Links for ${project}</h1>`,
    ...links,
    '  </body>',
    '</html>',
    '<!--TIMESTAMP 1750000000-->',
  ].join('\n')
}

function metadataText({ name, version, requiresPython, requiresDist, providesExtra }: CoreMetadata): string {
  return [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(requiresPython ? [`Requires-Python: ${requiresPython}`] : []),
    ...requiresDist.map(line => `Requires-Dist: ${line}`),
    ...providesExtra.map(extra => `Provides-Extra: ${extra}`),
    '',
  ].join('\n')
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')
