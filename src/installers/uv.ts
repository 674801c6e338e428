import satisfies from 'semver/functions/satisfies.js'
import type { Platform, Target } from '../packaging/target.ts'
import type { Installer } from './installer.ts'
import { type ProgramOptions, runProgram } from './program.ts'

/** What uv calls the platforms, with the oldest C library or macOS that torchpin counts on. */
const names: Readonly<Record<Platform, string>> = {
  'linux-x86_64': 'x86_64-manylinux_2_28',
  'linux-aarch64': 'aarch64-manylinux_2_28',
  'macos-arm64': 'aarch64-apple-darwin',
  'windows-x86_64': 'x86_64-pc-windows-msvc',
}

/**
 * Looks for uv, which works for any target. It takes a project from the first index that has it unless told otherwise; the
 * CPU index has old copies of some, so it is told otherwise, as torchpin advises. The names of platforms are those since 0.5.
 */
export async function findUv(_: Target, options: ProgramOptions): Promise<Installer | undefined> {
  const { stdout } = await runProgram(['uv', '--version'], options)
  const version = /^uv (\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  if (version === undefined || !satisfies(version, '>=0.5')) return undefined
  return {
    tool: 'uv',
    version,
    tryOut: (files, { python, platform }, { indexUrl, extraIndexUrls }) => [
      ...['uv', 'pip', 'compile', '--quiet', '--no-build', '--no-python-downloads', '--no-header', '--no-annotate'],
      ...['--index-strategy', 'unsafe-best-match', '--python-version', python, '--python-platform', names[platform]],
      ...(indexUrl === undefined ? [] : ['--default-index', indexUrl]),
      ...extraIndexUrls.flatMap(url => ['--index', url]),
      ...files.filter(word => word !== '-r'),
    ],
  }
}
