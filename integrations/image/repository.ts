import { cpSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Case } from './cases.ts'
import { lastLines, type Ran } from './command.ts'
import type { Network } from './network.ts'

const torchpinProgram = resolve('bin/torchpin.js')

/** Runs the built torchpin as users do. */
export function torchpin(network: Network, folder: string, ...words: readonly string[]): Promise<Ran> {
  return network.run(process.execPath, [torchpinProgram, ...words], folder)
}

/** Copies the repository of a case and locks it, as its authors would have. @throws Error where it cannot be locked */
export async function makeRepository({ id, locks }: Case, network: Network, folder: string, python: string) {
  cpSync(join('integrations/image/cases', id), folder, { recursive: true })
  writeFileSync(join(folder, '.python-version'), `${python}\n`)
  if (!locks) return
  const { code, stdout, stderr } = await network.run(locks, ['lock'], folder)
  if (code !== 0) throw new Error(`${locks} lock: ${lastLines(stdout + stderr)}`)
}
