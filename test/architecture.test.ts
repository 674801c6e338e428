import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** Each room, and the rooms it may look into. Data flows down this list. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  files: [],
  codes: ['errors'],
  result: ['codes'],
  version: [],
  abandoned: [],
  outside: ['workspace', 'errors'],
  'shared-names': ['package-index', 'packaging', 'resolve', 'torch', 'indexes', 'errors'],
  text: [],
  packaging: ['text'],
  requirements: ['text', 'packaging', 'errors', 'abandoned', 'files'],
  workspace: ['text', 'packaging', 'errors', 'files'],
  installers: ['text', 'packaging', 'requirements', 'workspace'],
  archive: ['files'],
  'project-files': ['packaging', 'workspace'],
  'package-index': ['text', 'packaging', 'project-files', 'archive', 'errors', 'abandoned', 'files'],
  snapshot: ['packaging', 'package-index', 'errors'],
  resolve: ['packaging', 'package-index', 'errors'],
  torch: ['codes', 'text', 'packaging', 'requirements', 'package-index', 'resolve', 'result', 'options', 'errors'],
  'versions-result': ['result'],
  'docker-init-result': ['result'],
  report: [
    'totals',
    'text',
    'result',
    'versions-result',
    'docker-init-result',
    'errors',
    'explain',
    'audit',
    'check',
    'docker-check',
    'version',
  ],
  docker: [
    'codes',
    'errors',
    'files',
    'options',
    'package-index',
    'packaging',
    'project-files',
    'report',
    'requirements',
    'result',
    'text',
    'torch',
    'workspace',
  ],
  'docker-init': [
    'docker',
    'docker-init-result',
    'errors',
    'requirements',
    'result',
    'run',
    'snapshot',
    'text',
    'version',
    'workspace',
  ],
  budget: ['errors'],
  audit: ['archive', 'budget', 'codes', 'errors', 'files', 'packaging', 'report', 'result', 'text', 'torch', 'version'],
  explain: ['codes', 'text', 'torch', 'errors'],
  options: ['packaging', 'errors', 'report'],
  indexes: ['package-index', 'snapshot', 'requirements', 'torch', 'workspace', 'options', 'errors'],
  targets: ['indexes', 'packaging', 'package-index', 'requirements', 'run', 'torch', 'workspace', 'options'],
  unreadable: ['text', 'workspace', 'requirements', 'errors'],
  'no-solution': ['package-index', 'packaging', 'resolve', 'torch', 'indexes', 'options', 'errors'],
  settle: ['packaging', 'package-index', 'resolve', 'torch', 'indexes', 'no-solution', 'options', 'errors'],
  choose: ['packaging', 'resolve', 'settle', 'torch'],
  'as-they-were': ['settle', 'packaging', 'resolve', 'torch', 'indexes', 'options', 'errors'],
  measure: ['choose', 'open', 'resolve', 'torch', 'result', 'targets'],
  'cuda-lines': ['as-they-were', 'settle', 'torch'],
  digests: ['indexes', 'options', 'torch', 'errors'],
  'compiled-files': ['requirements', 'workspace'],
  'in-written-form': ['requirements', 'errors'],
  units: ['compiled-files', 'requirements'],
  'find-files': ['errors', 'options', 'outside', 'requirements', 'unreadable', 'workspace'],
  'passed-over': ['report'],
  run: [
    'as-they-were',
    'choose',
    'compiled-files',
    'cuda-lines',
    'errors',
    'files',
    'indexes',
    'options',
    'package-index',
    'packaging',
    'project-files',
    'requirements',
    'resolve',
    'settle',
    'text',
    'torch',
  ],
  open: [
    'compiled-files',
    'find-files',
    'in-written-form',
    'indexes',
    'options',
    'packaging',
    'requirements',
    'run',
    'unreadable',
    'units',
  ],
  'for-each-unit': ['no-solution', 'open', 'packaging', 'run', 'errors'],
  verify: [
    'files',
    'installers',
    'package-index',
    'packaging',
    'requirements',
    'targets',
    'workspace',
    'options',
    'result',
    'errors',
  ],
  'rewrite-unit': [
    'options',
    'package-index',
    'shared-names',
    'verify',
    'text',
    'choose',
    'cuda-lines',
    'digests',
    'measure',
    'open',
    'passed-over',
    'report',
    'requirements',
    'result',
    'targets',
    'torch',
    'workspace',
  ],
  totals: ['result'],
  rewrite: [
    'outside',
    'package-index',
    'for-each-unit',
    'open',
    'options',
    'requirements',
    'result',
    'rewrite-unit',
    'totals',
    'version',
  ],
  check: [
    'budget',
    'for-each-unit',
    'open',
    'options',
    'packaging',
    'report',
    'resolve',
    'result',
    'rewrite',
    'rewrite-unit',
    'text',
    'torch',
    'totals',
  ],
  'docker-wheels': ['docker', 'packaging', 'snapshot', 'torch'],
  'docker-check': ['codes', 'docker', 'docker-wheels', 'errors', 'report', 'requirements', 'result', 'text', 'version'],
  'cpu-releases': ['packaging', 'package-index', 'torch', 'indexes', 'errors'],
  versions: [
    'package-index',
    'packaging',
    'resolve',
    'torch',
    'cpu-releases',
    'indexes',
    'options',
    'version',
    'versions-result',
    'errors',
  ],
  index: [
    'docker-init-result',
    'audit',
    'budget',
    'check',
    'codes',
    'docker',
    'docker-check',
    'explain',
    'docker-init',
    'errors',
    'options',
    'packaging',
    'report',
    'requirements',
    'result',
    'rewrite',
    'rewrite-unit',
    'text',
    'version',
    'versions',
    'versions-result',
  ],
  commands: [
    'docker',
    'docker-init',
    'audit',
    'budget',
    'check',
    'docker-check',
    'errors',
    'explain',
    'files',
    'options',
    'packaging',
    'project-files',
    'report',
    'rewrite',
    'text',
    'version',
    'versions',
    'workspace',
  ],
  action: ['check', 'errors', 'files', 'report', 'requirements', 'result', 'text'],
  cli: ['commands', 'errors', 'report'],
}

/** Each outside library, and the places that know it. */
const keepers: Readonly<Record<string, readonly string[]>> = {
  '@renovatebot/pep440': ['packaging/version.ts'],
  commander: ['cli.ts', 'commands/'],
  diff: ['report/diff.ts'],
  'dockerfile-ast': ['docker/instructions.ts'],
  fzstd: ['archive/zstd.ts'],
  htmlparser2: ['package-index/simple-html.ts'],
  'http-cache-semantics': ['package-index/http-cache.ts'],
  'semver/functions/coerce.js': ['installers/'],
  'semver/functions/satisfies.js': ['installers/'],
  'smol-toml': ['workspace/'],
  yaml: ['project-files/'],
  undici: ['package-index/http.ts'],
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => file.endsWith('.ts'))
const roomOf = (file: string): string =>
  file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '')

describe('who may import whom', () => {
  test.each(files)('%s', file => {
    const imported = [...readFileSync(resolve(src, file), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
      match => match[1]!,
    )
    for (const specifier of imported) {
      if (specifier.startsWith('node:') || specifier.endsWith('.json')) continue
      if (!specifier.startsWith('.')) {
        const owners = keepers[specifier]
        if (owners)
          expect(
            owners.some(owner => file.startsWith(owner)),
            `${specifier} belongs to ${owners}`,
          ).toBe(true)
        continue
      }
      const other = roomOf(relative(src, resolve(src, dirname(file), specifier)).replaceAll('\\', '/'))
      if (other !== roomOf(file)) expect(mayImport[roomOf(file)], `${file} looks into ${other}`).toContain(other)
    }
  })
})

describe('who opens files', () => {
  const readsFiles =
    /\b(?:readFile|readFileSync|createReadStream|openSync|readSync|openAsBlob)\b|\bopen\b[^'\n]*from 'node:fs/
  /** The one; what makes new files, and opens nothing that is there already; what reads the snapshot in torchpin's own package. */
  const known = ['files/regular-file.ts', 'requirements/write.ts', 'snapshot/snapshot-index.ts']

  test('one file opens them for reading, which takes none but regular ones', () => {
    const opening = files.filter(file => readsFiles.test(readFileSync(resolve(src, file), 'utf8')))
    expect(opening.sort()).toEqual(known)
  })
})

describe('the files of a worker share their modules', () => {
  const tests = fileURLToPath(new URL('.', import.meta.url))
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))
  const textOf = (path: string) => readFileSync(resolve(tests, path), 'utf8')

  test('a helper has no hook of its own: it would belong to the file that loads it first', () => {
    const helpers = files.filter(path => !path.endsWith('.test.ts'))
    expect(helpers.length).toBeGreaterThan(20)
    expect(helpers.filter(path => /^(?:before|after)(?:All|Each)\(/m.test(textOf(path)))).toEqual([])
  })

  test('what replaces a module runs alone', () => {
    const config = readFileSync(resolve(tests, '../vitest.config.ts'), 'utf8')
    const replacing = files.filter(path => /^vi\.(?:mock|doMock)\(/m.test(textOf(path)))
    expect(replacing.filter(path => !config.includes(`'test/${path.replaceAll('\\', '/')}'`))).toEqual([])
  })
})
