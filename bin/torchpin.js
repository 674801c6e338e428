#!/usr/bin/env node
import { readFileSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
const [, , first, ...rest] = process.argv
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: torchpin needs Node 20.19 or newer; this is ${process.versions.node}\n`)
  process.exitCode = 2
} else if (rest.length === 0 && (first === '--version' || first === '-V')) {
  // Scripts ask for it, and nothing needs to be loaded for it.
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`${version}\n`)
} else {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache?.()
  await import('../dist/cli.js')
}
