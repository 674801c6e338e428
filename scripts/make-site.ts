/**
 * Makes the documentation site, of README.md, docs/ and the types of the library, and follows every link in it: npm run site
 *
 * The site is in docs/site/. Exits with 1 where typedoc warns, a page has no place, or a link leads nowhere.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Application, TSConfigReader, TypeDocReader } from 'typedoc'
import { groups } from './site/groups.ts'
import { deadLinks } from './site/links.ts'
import { paged } from './site/page.ts'

const out = 'docs/site'
const codes = 'docs/codes/README.md'
const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').slice(0, -1)
const codePages = tracked.filter(path => dirname(path) === dirname(codes) && path !== codes)
const pages = Object.values(groups).flat()
for (const path of tracked.filter(path => /^docs\/[^/]+\.md$/.test(path) && !pages.includes(path)))
  throw new Error(`${path} has no place in scripts/site/groups.ts`)

// typedoc names and orders a page by its front matter, which GitHub would print above the page: so only copies have one.
const copies = mkdtempSync('.site-')
process.on('exit', () => rmSync(copies, { recursive: true, force: true }))
for (const path of tracked.filter(path => /\.md$|^(docs|schema|renovate|examples)\//.test(path))) {
  mkdirSync(dirname(join(copies, path)), { recursive: true })
  cpSync(path, join(copies, path))
}
for (const path of codePages) writePage(path, {})
for (const [group, paths] of Object.entries(groups))
  for (const path of paths)
    writePage(path, {
      group,
      ...(path === codes && { children: codePages.map(page => page.slice(dirname(codes).length + 1)) }),
    })
const home = join(copies, 'README.md')
writeFileSync(home, readFileSync(home, 'utf8').replace(/^# .*\n/, ''))

rmSync(out, { recursive: true, force: true })
const app = await Application.bootstrap(
  {
    out,
    tsconfig: 'tsconfig.build.json',
    readme: home,
    projectDocuments: pages.map(path => resolve(copies, path)),
    customCss: 'scripts/site/site.css',
    navigation: { includeGroups: true },
    groupOrder: [...Object.keys(groups), '*'],
    sort: ['source-order'],
    hideGenerator: true,
    // `npm run api` asks whether all is documented.
    validation: { notDocumented: false },
    intentionallyNotDocumented: [],
  },
  [new TypeDocReader(), new TSConfigReader()],
)
const project = await app.convert()
if (!project) process.exit(1)
const [library] = project.children!.filter(({ name }) => name === 'index')
library!.name = 'torchpin'
app.validate(project)
await app.generateDocs(project, out)
const dead = deadLinks(out)
for (const link of dead) console.error(link)
console.log(
  `${1 + pages.length + codePages.length} pages and the types of the library in ${out}/, dead links: ${dead.length}`,
)
if (app.logger.hasWarnings() || app.logger.hasErrors() || dead.length > 0) process.exitCode = 1

function writePage(path: string, front: Parameters<typeof paged>[1]): void {
  writeFileSync(join(copies, path), paged(readFileSync(path, 'utf8'), front))
}
