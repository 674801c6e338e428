import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { disagreements } from './agreement.ts'
import { sectionOf } from './changelog.ts'
import { checksums, mismatches } from './checksums.ts'
import { output, run } from './command.ts'
import { homeOf } from './home.ts'
import { buildImage, engine, makeContext } from './image.ts'
import { imageOf, imageTags, majorTag, type Release } from './publications.ts'
import { billOfMaterials } from './sbom.ts'

/** Where a release is put together: the tarball, the wheel in a folder of its own, the bill of materials, the checksums. */
export const folder = '.release'
const wheels = join(folder, 'python')
const context = join(folder, 'image')
const list = join(folder, 'SHA256SUMS')

/** The tag that is released: that of the run of the workflow. */
export const tag = process.env['GITHUB_REF_TYPE'] === 'tag' ? process.env['GITHUB_REF_NAME'] : undefined

const read = (path: string): string => readFileSync(path, 'utf8')
const manifest = () => read('package.json')

/** Why this cannot be released; see `disagreements`. */
export function problems(): readonly string[] {
  const changelog = read('CHANGELOG.md')
  return disagreements({ manifest: manifest(), lock: read('package-lock.json'), changelog, tag })
}

/** What makes the files of a release. Each needs those before it. */
export const making = {
  build: () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(wheels, { recursive: true })
    run(process.execPath, ['scripts/build.js'])
  },
  // The build is done: its own scripts would do it again, and their output would be in the way of the JSON.
  pack: () => run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]),
  wheel: () => run('python3', ['-m', 'pip', 'wheel', '--quiet', '--no-deps', './python', '--wheel-dir', wheels]),
  sbom: () => {
    const date = new Date(output('git', ['log', '-1', '--format=%cI']).trim())
    const licences = read('dist/THIRD_PARTY_LICENCES.txt')
    const bill = billOfMaterials({ manifest: manifest(), lock: read('package-lock.json'), licences, date })
    writeFileSync(join(folder, `torchpin-${version()}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`)
  },
  checksums: () => {
    for (const wheel of files(wheels, '.whl')) copyFileSync(wheel, join(folder, basename(wheel)))
    writeFileSync(list, checksums(['.tgz', '.whl', '.cdx.json'].flatMap(end => files(folder, end))))
    const wrong = mismatches(read(list), folder)
    if (wrong.length > 0) throw new Error(`${list} does not agree with ${wrong.join(', ')}`)
  },
  notes: () => {
    const changelog = read('CHANGELOG.md')
    writeFileSync(
      join(folder, 'notes.md'),
      `${sectionOf(changelog, version()) ?? sectionOf(changelog, 'Unreleased')}\n`,
    )
  },
} as const

/** Builds the image where something builds images. @returns what did; undefined where nothing does */
export function makeImage(): string | undefined {
  const builder = engine()
  makeContext(tarball(), context)
  if (builder) buildImage(builder, context, `${imageOf(home())}:${version()}-${process.arch}`, version())
  return builder
}

/** What publishes a release; each is for the workflow, which alone has the login. */
export const publishing = {
  npm: () => run('npm', ['publish', tarball(), '--access', 'public', '--provenance']),
  github: () => {
    const assets = release().assets.map(name => join(folder, name))
    const about = ['--title', `torchpin ${version()}`, '--notes-file', join(folder, 'notes.md'), '--verify-tag']
    run('gh', ['release', 'create', `v${version()}`, ...about, ...assets])
  },
  'major-tag': () => {
    const sha = output('git', ['rev-parse', 'HEAD']).trim()
    const name = `tags/${majorTag(version())}`
    const refs = `repos/${home()}/git`
    const known = output('gh', ['api', `${refs}/matching-refs/${name}`, '--jq', '.[].ref']).split('\n')
    if (known.includes(`refs/${name}`))
      run('gh', ['api', '--method', 'PATCH', `${refs}/refs/${name}`, '-f', `sha=${sha}`, '-F', 'force=true'])
    else run('gh', ['api', '--method', 'POST', `${refs}/refs`, '-f', `ref=refs/${name}`, '-f', `sha=${sha}`])
  },
  'push-image': () => run('docker', ['push', `${imageOf(home())}:${version()}-${process.arch}`]),
  'join-images': () => {
    const tags = imageTags(version()).flatMap(name => ['--tag', `${imageOf(home())}:${name}`])
    const parts = ['x64', 'arm64'].map(arch => `${imageOf(home())}:${version()}-${arch}`)
    run('docker', ['buildx', 'imagetools', 'create', ...tags, ...parts])
  },
} as const

/** What is released, of the files that are there. */
export function release(): Release {
  return {
    version: version(),
    home: home(),
    tarball: basename(tarball()),
    wheel: basename(files(wheels, '.whl')[0]!),
    assets: ['.tgz', '.whl', '.cdx.json', 'SHA256SUMS'].flatMap(end => files(folder, end)).map(path => basename(path)),
  }
}

function version(): string {
  return JSON.parse(manifest()).version
}

function home(): string {
  return homeOf(manifest())
}

function tarball(): string {
  const [path] = files(folder, '.tgz')
  if (path === undefined) throw new Error(`there is no tarball in ${folder}/: npm run release -- pack`)
  return path
}

function files(where: string, end: string): string[] {
  if (!existsSync(where)) return []
  return readdirSync(where)
    .filter(name => name.endsWith(end))
    .map(name => join(where, name))
}
