import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The end-to-end tests run bin/torchpin.js, so they need what a build makes of today's sources. */
export function setup(): void {
  const script = fileURLToPath(new URL('../scripts/build.js', import.meta.url))
  execFileSync(process.execPath, [script, '--no-types'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
