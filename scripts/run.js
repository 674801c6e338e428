// Runs a TypeScript file on every Node that torchpin supports: node scripts/run.js <script.ts> [arguments]
import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [script, ...args] = process.argv.slice(2)
if (!script) {
  console.error('usage: node scripts/run.js <script.ts> [arguments]')
  process.exit(2)
}
// Inside the project, so that the script finds its packages, torchpin itself among them.
const folder = mkdtempSync(join(fileURLToPath(new URL('..', import.meta.url)), '.run-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const outfile = join(folder, 'script.mjs')
await build({
  entryPoints: [resolve(script)],
  outfile,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
})
process.argv = [process.argv[0], resolve(script), ...args]
await import(pathToFileURL(outfile).href)
