// Bundles the command line and the library into dist/.
import { isAscii } from 'node:buffer'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
rmSync('dist', { recursive: true, force: true })

const common = {
  metafile: true,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [
    {
      name: 'the client of undici',
      setup: at => at.onResolve({ filter: /^undici$/ }, () => ({ path: `${root}scripts/undici.cjs` })),
    },
    {
      name: 'the programs that commander starts',
      setup: at =>
        at.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
          /[\\/]node_modules[\\/]commander[\\/]/.test(importer)
            ? { path: `${root}scripts/commander-programs.cjs` }
            : undefined,
        ),
    },
  ],
  legalComments: 'linked',
  logLevel: 'warning',
}

/** What others import, and what starts as a module: small entries, and chunks that load only when they are needed. */
const modules = await build({
  ...common,
  entryPoints: { index: 'src/index.ts', action: 'src/action/main.ts', 'layer-thread': 'src/audit/layer-thread.ts' },
  splitting: true,
  format: 'esm',
  // Some of the bundled libraries are CommonJS and ask for Node's own modules with require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
})

/** Modules of Node that most runs do without: each is loaded when the first of its functions is called. */
const late = {
  name: 'modules of Node that are loaded late',
  setup(at) {
    at.onResolve({ filter: /^node:(?:fs\/promises|net)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'late' } : undefined,
    )
    at.onLoad({ filter: /./, namespace: 'late' }, async ({ path }) => {
      const functions = Object.entries(await import(path)).filter(
        ([name, value]) => name !== 'default' && typeof value === 'function',
      )
      const called = ([name]) => `export function ${name}(...given) {
        const { ${name}: it } = require('${path}')
        return new.target ? new it(...given) : it(...given)
      }`
      return { contents: functions.map(called).join('\n') }
    })
  },
}

/** The command line: one file, which is read at once, and what starts it. */
const commandLine = await build({
  ...common,
  plugins: [...common.plugins, late],
  entryPoints: { cli: 'src/cli.ts', start: 'src/commands/start/start.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // Node would start its loader of modules for an import().
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url' },
  banner: { js: "'use strict'; const __url = require('node:url').pathToFileURL(__filename).href;" },
})
wrapBundle('dist/cli.cjs')

/** Each on its own: what answers before anything else is loaded, and what a thread loads while others wait for it. */
await build({
  ...common,
  entryPoints: {
    'last-run': 'src/commands/last-run/again.ts',
    'table-thread': 'src/package-index/table-thread.ts',
  },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
})

writeLicences([...new Set([modules, commandLine].flatMap(({ metafile }) => Object.keys(metafile.inputs)))])

if (!process.argv.includes('--no-types')) {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
  keepPublicTypes('dist/types')
}

/**
 * Leaves the declarations that index.d.ts reaches, and no others. tsc writes them with the file names of the sources, which
 * are not in the package: what an import names is there as .js.
 */
function keepPublicTypes(folder) {
  const relative = /(from |import\()'(\.{1,2}\/[^']+)\.ts'/g
  const kept = new Map()
  const waiting = [join(folder, 'index.d.ts')]
  for (const path of waiting) {
    const text = readFileSync(path, 'utf8')
    kept.set(path, text.replace(relative, "$1'$2.js'"))
    const imported = [...text.matchAll(relative)].map(([, , name]) => join(dirname(path), `${name}.d.ts`))
    waiting.push(...imported.filter(other => !waiting.includes(other)))
  }
  rmSync(folder, { recursive: true })
  for (const [path, text] of kept) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

/**
 * Makes a script a function for src/commands/start/start.ts, behind a comment that changes with it: V8 itself tells the code of one
 * text from that of another by their lengths.
 */
function wrapBundle(path) {
  // esbuild gives every module an object with its path as the key. V8 then makes a separate shape for every module.
  const text = readFileSync(path, 'utf8').replace(/\b(__esm|__commonJS)\(\{"[^"]+"\(/g, '$1({module(')
  if (!isAscii(Buffer.from(text))) throw new Error(`${path} is not ASCII, as which it is read`)
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 36)
  writeFileSync(path, `/*${digest}*/(function(exports,require,module,__filename,__dirname){${text}\n})`)
}

/** The licences of the libraries in the bundle ask to go with it. */
function writeLicences(inputs) {
  const folders = new Set(inputs.flatMap(input => /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []))
  const texts = [...folders].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
    return `${name} ${version} (${license})\n\n${file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : ''}\n`
  })
  writeFileSync('dist/THIRD_PARTY_LICENCES.txt', texts.join(`\n${'-'.repeat(80)}\n\n`))
}
