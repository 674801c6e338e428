// Packs what npm would publish, and uses it as others will: node scripts/run.js scripts/check-package.ts
// Needs npm and its registry, for the development tools of the example in TypeScript.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const temporary = mkdtempSync(join(tmpdir(), 'torchpin-package-'))
process.on('exit', () => rmSync(temporary, { recursive: true }))

/** Nothing listens there: whoever asks the network fails. */
const nowhere = 'http://127.0.0.1:9'

/** What a command prints. One that fails ends it all. */
function run(
  claim: string,
  cwd: string,
  command: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): string {
  const env = { ...process.env, ...more }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env })
  holds(claim, status === 0)
  if (status === 0) return stdout
  console.log(`${stdout}${stderr}`)
  process.exit(1)
}

function holds(claim: string, seen: boolean): void {
  console.log(`${seen ? 'ok ' : 'NOT'} ${claim}`)
  if (!seen) process.exitCode = 1
}

interface Packed {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--pack-destination', temporary], { encoding: 'utf8' }).replace(/^[^[]*/, ''),
) as [Packed]
const tarball = join(temporary, packed.filename)
console.log(`${packed.filename}: ${packed.size} bytes, ${packed.unpackedSize} unpacked, ${packed.files.length} files`)

const tool = (name: string) => resolve('node_modules/.bin', name)
run('publint', '.', tool('publint'), ['run', '--strict', tarball])
// The package is for import alone. CommonJS loads it with import(), and with require() on a Node that can (20.19 on).
run('are the types wrong', '.', tool('attw'), ['--profile', 'esm-only', tarball])

const typescript = copied('library-ts')
const declarations = readdirSync(join(typescript, 'node_modules/torchpin/dist/types'), { recursive: true })
holds(
  `no declaration names a source (${declarations.length} entries)`,
  declarations
    .map(String)
    .filter(name => name.endsWith('.d.ts'))
    .every(name => !/'\.[^']*\.ts'/.test(read(typescript, 'node_modules/torchpin/dist/types', name))),
)
const blocks = [...readFileSync('docs/library.md', 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, block]) => block!)
blocks.forEach((block, i) => {
  writeFileSync(join(typescript, `src/documented-${i + 1}.ts`), block)
})
console.log(`    with the ${blocks.length} blocks of docs/library.md among the sources:`)
const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
run('strict, moduleResolution nodenext', typescript, process.execPath, [tsc])
run('strict, moduleResolution bundler', typescript, process.execPath, [tsc, '-p', 'tsconfig.bundler.json'])
const said = offline(typescript, 'dist/cpu-only.js', 'requirements.txt')
holds('the example in TypeScript rewrites without a network', /packages, \d+ MB less to download/.test(said))
holds('and writes the pin', /^torch==\S+\+cpu$/m.test(read(typescript, 'requirements.txt')))

const javascript = copied('library-js')
const seen = offline(javascript, 'look.js', '.')
holds('the example in JavaScript shows a diff', /^\+torch==\S+\+cpu$/m.test(seen))
holds('finds what is wrong with the Dockerfile', /^Dockerfile:3: torch-without-cpu-index: /m.test(seen))
holds('catches an error by its code', seen.includes('FILE_UNREADABLE 2'))
holds(
  'require() on this Node',
  offline(javascript, '-e', "console.log(typeof require('torchpin').rewrite)", '--input-type=commonjs').includes(
    'function',
  ),
)
holds(
  'a schema is there by name',
  offline(
    javascript,
    '-e',
    "console.log(require('torchpin/schema/rewrite.json').title)",
    '--input-type=commonjs',
  ).includes('torchpin rewrite'),
)

/** A copy of an example, with the tarball installed in it. */
function copied(name: string): string {
  const folder = join(temporary, name)
  const isSource = (path: string) => !/\/(?:node_modules|dist)$/.test(path)
  cpSync(join('examples', name), folder, { recursive: true, filter: isSource })
  run(`npm install in ${name}`, folder, 'npm', ['install', '--no-audit', '--no-fund', tarball])
  return folder
}

function offline(cwd: string, ...args: readonly string[]): string {
  const home = { HOME: temporary, TORCHPIN_CACHE_DIR: join(temporary, 'cache'), PIP_CONFIG_FILE: '/dev/null' }
  return run(`node ${args[0]}`, cwd, process.execPath, args, { ...home, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere })
}

function read(...path: string[]): string {
  return readFileSync(join(...path), 'utf8')
}
