import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import oracle from '../../fixtures/requirements/oracle.json' with { type: 'json' }

/** The folder of package.json: a script runs from a bundle in a folder of its own, a test from here. */
function projectFolder(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

const fixtures = join(projectFolder(), 'fixtures')

/** The files below a folder whose path fits, in a fixed order. */
function below(folder: string, fits: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => fits.test(file.replaceAll('\\', '/')) && statSync(join(folder, file)).isFile())
    .sort()
    .map(file => join(folder, file))
}

const corpus = process.env['TORCHPIN_CORPUS']
const lists = /\.(?:txt|in|lock)$/

/** Requirements files: those of the rewriting cases, those that pip was asked about, and those of a corpus where TORCHPIN_CORPUS names one. */
export const requirementsFiles: readonly Buffer[] = [
  ...below(join(fixtures, 'cases'), /\/input\/.*\.(?:txt|in)$/),
  ...(corpus ? below(corpus, lists) : []),
]
  .map(path => readFileSync(path))
  .concat(oracle.cases.flatMap(({ files }) => Object.values(files).map(text => Buffer.from(text, 'base64'))))
  .filter(({ length }) => length > 0 && length < 20_000)

/** The same as texts, whatever their encoding. */
export const requirementsTexts: readonly string[] = requirementsFiles.map(bytes => bytes.toString('utf8'))

const texts = (folder: string, fits: RegExp) =>
  below(join(fixtures, folder), fits).map(path => readFileSync(path, 'utf8'))

/** Dockerfiles of the rules and of whole images. */
export const dockerfiles: readonly string[] = texts('docker', /(?:^|\/)Dockerfile$/)
export const dockerignores: readonly string[] = texts('docker', /(?:^|\/)\.dockerignore$/)
export const htmlPages: readonly string[] = texts('package-index', /\.html$/)
export const jsonPages: readonly string[] = texts('package-index', /page\.json$/)
/** The beginning of a layer that is packed with zstd. */
export const layerStart: Buffer = readFileSync(join(fixtures, 'audit/layer.tar.zst')).subarray(0, 4096)
