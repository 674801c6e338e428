#!/usr/bin/env node
// CommonJS (see package.json beside it): for a module Node starts its loader first, a fifth of the time of a bare start.
const [major, minor] = process.versions.node.split('.').map(Number)
const [, , first, ...rest] = process.argv
// Otherwise Node frees its heap piece by piece, which takes a tenth of the time of a bare start.
process.once('beforeExit', () => process.exit())
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: torchpin needs Node 20.19 or newer; this is ${process.versions.node}\n`)
  process.exitCode = 2
} else if (rest.length === 0 && (first === '--version' || first === '-V')) {
  // Scripts ask for it, and nothing needs to be loaded for it.
  say(`${require('../package.json').version}\n`)
} else if (!require('../dist/last-run.cjs').answeredAgain(require('node:path').join(__dirname, '..'))) {
  try {
    require('../dist/start.cjs')
  } catch (error) {
    process.stderr.write(`error: torchpin cannot start: install it again\n${error.stack}\n`)
    process.exitCode = 70
  }
}

/** Past the streams of Node, which take a while to set up; these do it where a pipe is full or gone. */
function say(text) {
  try {
    require('node:fs').writeSync(1, text)
  } catch {
    process.stdout.write(text)
  }
}
