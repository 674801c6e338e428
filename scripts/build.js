// Bundles the command line and the library into dist/: one small entry, and chunks that load only when they are needed.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
rmSync('dist', { recursive: true, force: true })

const { metafile } = await build({
  metafile: true,
  entryPoints: { cli: 'src/cli.ts', index: 'src/index.ts', action: 'src/action/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [
    {
      name: 'the client of undici',
      setup: at => at.onResolve({ filter: /^undici$/ }, () => ({ path: `${root}scripts/undici.cjs` })),
    },
  ],
  legalComments: 'linked',
  // Some of the bundled libraries are CommonJS and ask for Node's own modules with require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})

writeLicences(Object.keys(metafile.inputs))

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
