import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { describe, expect, test } from 'vitest'
import { documents } from '../scripts/json-schema/documents.ts'
import {
  audit,
  auditReports,
  check,
  checkDockerfile,
  checkReports,
  dockerCheckReports,
  dockerInitReports,
  explain,
  explanations,
  gate,
  gateReports,
  initDocker,
  type Options,
  reports,
  rewrite,
  version,
  versions,
  versionsReports,
} from '../src/index.ts'
import { explanationJson } from '../src/report/explain.ts'
import { type ImageDescription, imageTar } from './audit/make-image.ts'
import { file } from './audit/make-tar.ts'
import { baseImage, cpuTorch, cudaTorch } from './audit/packages.ts'
import { isFull } from './full.ts'
import { cpu2023, main2023, pages2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/** What `--format json` prints is what `schema/` says, for as many documents as there are fixtures. */
const root = resolve(import.meta.dirname, '..')
const schemaFile = (name: string): object => JSON.parse(readFileSync(join(root, 'schema', name), 'utf8'))

type Document = (typeof documents)[number]['file']
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
const validators = new Map<Document, ValidateFunction>(
  documents.map(({ file }) => [file, ajv.compile(schemaFile(file))]),
)

/** What a schema has against a text; nothing, if it is as it says. */
function complaints(name: Document, text: string): string[] {
  const validate = validators.get(name)!
  validate(JSON.parse(text))
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const { indexes, temporary: home, folderWith, optionsIn } = sandbox(cpu2023, main2023, pages2023)

const options = (cwd: string): Partial<Options> => ({
  ...optionsIn(cwd),
})

/** A case of fixtures/cases, with the addresses of the indexes filled in. */
function caseFolder(name: string): string {
  const input = join(root, 'fixtures/cases', name, 'input')
  const filled = (text: string) =>
    text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main).replaceAll('{LINKS}', indexes.links)
  return folderWith(
    Object.fromEntries(readdirSync(input).map(name => [name, filled(readFileSync(join(input, name), 'utf8'))])),
  )
}
const ownOptions = (name: string): object => {
  const files = readdirSync(join(root, 'fixtures/cases', name))
  return files.includes('options.json')
    ? JSON.parse(readFileSync(join(root, 'fixtures/cases', name, 'options.json'), 'utf8'))
    : {}
}

// In `npm test` every third: rewrite.test.ts takes them all.
const cases = readdirSync(join(root, 'fixtures/cases')).filter((_, i) => isFull || i % 3 === 0)
describe.each(cases)('%s', name => {
  // To check is to rewrite, and to hold that against a budget.
  test('rewrite and check', async () => {
    const cwd = caseFolder(name)
    const given = { ...options(cwd), ...ownOptions(name) }
    if (isFull) {
      const { result } = await rewrite(['requirements.txt'], given)
      expect(complaints('rewrite.json', reports.json(result))).toEqual([])
    }
    const checked = await check(['requirements.txt'], { ...given, maxDownload: 1, maxInstalled: 1e15 })
    expect(complaints('check.json', checkReports.json(checked))).toEqual([])
    // Whoever reads a rewrite can read a check too.
    expect(complaints('rewrite.json', checkReports.json(checked))).toEqual([])
  })
})

test('check --against', async () => {
  const lock = readFileSync(join(root, 'fixtures/locks/uv/direct/uv.lock'), 'utf8').replaceAll(
    'http://127.0.0.1:8419',
    new URL(indexes.main).origin,
  )
  const cwd = folderWith({ 'uv.lock': lock, 'base/uv.lock': lock.replaceAll('torch', 'other') })
  const result = await gate(['uv.lock'], { ...options(cwd), against: 'base/uv.lock', maxGrowthDownload: 1 })
  expect(complaints('check-against.json', gateReports.json(result))).toEqual([])
})

const site = 'opt/venv/lib/python3.11/site-packages'
const images: Readonly<Record<string, ImageDescription>> = {
  cpu: { layers: [baseImage, cpuTorch(site)] },
  cuda: {
    layers: [baseImage, cudaTorch(site), [file(`${site}/torch/lib/.wh.libtorch_cuda.so`)]],
    commands: ['ADD rootfs.tar /', 'RUN pip install torch', 'RUN rm libtorch_cuda.so'],
  },
}

test.each(Object.entries(images))('audit of an image: %s', async (_, description) => {
  const path = join(home, 'image.tar')
  writeFileSync(path, imageTar(description, 'docker-new'))
  const result = await audit(path, { maxSize: 1, maxLayer: 1 })
  expect(complaints('audit.json', auditReports.json(result))).toEqual([])
})

test('audit of a folder', async () => {
  const folder = folderWith({ 'lib/python3.11/site-packages/torch/version.py': "cuda = '13.0'\n", 'pyvenv.cfg': '' })
  expect(complaints('audit.json', auditReports.json(await audit(folder)))).toEqual([])
})

test.each([
  { id: 'an index', given: () => ({ ...options(home), python: [] }), name: 'torch' },
  { id: 'the snapshot', given: () => ({ cacheDir: join(home, 'none'), offline: true }), name: 'torchvision' },
])('versions, from $id', async ({ name, given }) => {
  expect(complaints('versions.json', versionsReports.json(await versions(name, given())))).toEqual([])
})

test('docker check, of every image in fixtures/docker', async () => {
  const folder = join(root, 'fixtures/docker/images')
  for (const name of readdirSync(folder)) {
    const { result } = await checkDockerfile([join(folder, name)], { fix: true })
    expect(complaints('docker-check.json', dockerCheckReports.json(result)), name).toEqual([])
  }
})

test('docker init, of every repository in fixtures/docker-init', async () => {
  const folder = join(root, 'fixtures/docker-init')
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
    const { result } = await initDocker(join(folder, name, 'input'))
    expect(complaints('docker-init.json', dockerInitReports.json(result)), name).toEqual([])
  }
})

test.each([
  { id: 'all codes', pages: explanations() },
  {
    id: 'a message of pip',
    pages: explain('No matching distribution found for torch==2.1.0+cpu (from versions: none)'),
  },
])('explain: $id', ({ pages }) => {
  expect(complaints('explain.json', explanationJson(pages, version))).toEqual([])
})

describe('a document that is not as its schema says', () => {
  type Broken = { [key: string]: unknown }
  const broken: { id: string; change: (document: Broken) => void; complaint: string }[] = [
    { id: 'a key is missing', change: it => delete it['files'], complaint: " must have required property 'files'" },
    { id: 'another schema', change: it => (it['schema'] = 2), complaint: '/schema must be equal to constant' },
    {
      id: 'half a byte',
      change: it => ((it['savings'] as { saved: Broken }).saved['download'] = 0.5),
      complaint: '/savings/saved/download must be integer',
    },
    {
      id: 'half a byte where there may be none',
      change: it => ((it['savings'] as { packages: { before: Broken }[] }).packages[0]!.before['download'] = 0.5),
      complaint: '/savings/packages/0/before/download must be integer,null',
    },
    {
      id: 'an action that there is not',
      change: it => ((it['files'] as { changes: Broken[] }[])[0]!.changes[0]!['action'] = 'guess'),
      complaint: '/files/0/changes/0/action must be equal to one of the allowed values',
    },
  ]
  const rewritten = async (): Promise<Broken> =>
    JSON.parse(reports.json((await rewrite(['requirements.txt'], options(caseFolder('guide')))).result))

  test.each(broken)('$id', async ({ change, complaint }) => {
    const document = await rewritten()
    change(document)
    expect(complaints('rewrite.json', JSON.stringify(document))).toContain(complaint)
  })

  test('a key or a code of a later version is none', async () => {
    const document = await rewritten()
    document['units'] = []
    const [first] = document['files'] as { diagnostics: Broken[] }[]
    first!.diagnostics.push({ code: 'of-tomorrow', level: 'info', line: 1, message: 'something', more: true })
    expect(complaints('rewrite.json', JSON.stringify(document))).toEqual([])
  })
})
