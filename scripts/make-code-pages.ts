// Writes docs/codes from the table in src/contract/codes: node scripts/run.js scripts/make-code-pages.ts
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explanations } from '../src/contract/codes/codes.ts'
import { codeIndexMarkdown, explanationMarkdown } from '../src/report/explain.ts'

const folder = 'docs/codes'
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) rmSync(join(folder, name))
const pages = explanations()
for (const page of pages) writeFileSync(join(folder, `${page.code}.md`), explanationMarkdown(page))
writeFileSync(join(folder, 'README.md'), codeIndexMarkdown(pages))
console.log(`${pages.length} pages in ${folder}`)
