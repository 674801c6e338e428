// Fills in the integrity that package-lock.json lacks, asking the registry that npm is set to:
//   node scripts/run.js scripts/lock-integrity.ts
// Where npm omits download addresses (`omit-lockfile-registry-resolved`), it writes no integrity for an optional package of another
// platform, which it has not unpacked, and never adds one later (npm 11.19).

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

interface Locked {
  readonly name?: string
  readonly version: string
  integrity?: string
}

const path = 'package-lock.json'
const lock = JSON.parse(readFileSync(path, 'utf8')) as { readonly packages: Readonly<Record<string, Locked>> }

for (const [place, locked] of Object.entries(lock.packages)) {
  if (place === '' || locked.integrity !== undefined) continue
  const release = `${locked.name ?? place.split('node_modules/').at(-1)}@${locked.version}`
  const integrity = execFileSync('npm', ['view', release, 'dist.integrity'], { encoding: 'utf8' }).trim()
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity)) throw new Error(`the registry has no sha512 for ${release}`)
  // In npm's own order of keys, so that its next write changes nothing.
  lock.packages[place]!.integrity = integrity
  console.log(`${release} ${integrity}`)
}
writeFileSync(path, `${JSON.stringify(withNpmsOrder(lock), null, 2)}\n`)

function withNpmsOrder(document: typeof lock): unknown {
  const ordered = ({ name, version, integrity, ...rest }: Locked) => ({
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(integrity !== undefined && { integrity }),
    ...rest,
  })
  return {
    ...document,
    packages: Object.fromEntries(
      Object.entries(document.packages).map(([place, locked]) => [place, place === '' ? locked : ordered(locked)]),
    ),
  }
}
