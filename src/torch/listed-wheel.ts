import { withoutAnswer } from '../contract/errors.ts'
import { resolveFileLink } from '../package-index/file-link.ts'
import type { IndexFile, PackageIndex } from '../package-index/project-page.ts'
import { Page } from '../package-index/releases.ts'

/**
 * A wheel at a URL, as the CPU index tells of it where it lists that URL: it may offer what the wheel needs beside it, and
 * offline what is kept of the index still answers.
 *
 * @param link the wheel as an index of one file
 */
export function listedWheel(url: string, link: PackageIndex, cpuIndex: PackageIndex): PackageIndex {
  const address = resolveFileLink(url, url)?.url
  let listed: IndexFile | undefined
  return {
    url: link.url,
    async project(name) {
      const page = await cpuIndex.project(name).catch(withoutAnswer)
      listed = page?.files.find(file => file.url === address)
      return page && listed ? new Page({ ...page, files: [listed] }) : link.project(name)
    },
    async metadata(file) {
      const listedMetadata = file === listed ? await cpuIndex.metadata(file).catch(withoutAnswer) : undefined
      return listedMetadata ?? link.metadata(file)
    },
    sizes: file => (file === listed ? cpuIndex : link).sizes(file),
  }
}
