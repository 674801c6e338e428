import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Parser } from 'htmlparser2'
import { globSync } from 'tinyglobby'

/** What a page links to, and the places in it that others can link to. */
interface Page {
  readonly links: ReadonlySet<string>
  readonly ids: ReadonlySet<string>
}

/**
 * The links of a folder of HTML that lead to no file of it, or to no place in that file; links to other hosts are not followed.
 *
 * @returns a sentence each, sorted
 */
export function deadLinks(folder: string): string[] {
  const pages = new Map(globSync('**/*.html', { cwd: folder }).map(path => [path, read(join(folder, path))]))
  const found: string[] = []
  for (const [path, { links }] of pages) {
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue
      const [file = '', id] = link.split('#')
      const named = file.endsWith('/') ? `${file}index.html` : file
      const target = named === '' ? path : join(dirname(path), decodeURIComponent(named))
      const there = isFile(join(folder, target))
      const placed = !id || !pages.has(target) || pages.get(target)!.ids.has(decodeURIComponent(id))
      if (!there || !placed) found.push(`${path}: ${link}`)
    }
  }
  return found.sort()
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile()
}

function read(path: string): Page {
  const links = new Set<string>()
  const ids = new Set<string>()
  const parser = new Parser({
    onopentag(_, { href, src, id }) {
      for (const link of [href, src]) if (link !== undefined) links.add(link)
      if (id !== undefined) ids.add(id)
    },
  })
  parser.end(readFileSync(path, 'utf8'))
  return { links, ids }
}
