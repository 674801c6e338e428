import satisfies from 'semver/functions/satisfies.js'
import type { Platform, Target } from '../../packaging/target.ts'
import { type Installer, pythonNames } from './installer.ts'
import type { NeutralGround } from './neutral-ground.ts'
import { runProgram } from './program.ts'
import { uvSettings } from './uv-settings.ts'

/** What uv calls the platforms, with the oldest C library or macOS that torchpin counts on. */
const names: Readonly<Record<Platform, string>> = {
  'linux-x86_64': 'x86_64-manylinux_2_28',
  'linux-aarch64': 'aarch64-manylinux_2_28',
  'macos-arm64': 'aarch64-apple-darwin',
  'windows-x86_64': 'x86_64-pc-windows-msvc',
}

/**
 * Looks for uv, which works for any target. It takes a project from the first index that has it unless an option says otherwise; the
 * CPU index has old copies of some, so it gets the option that torchpin advises. The names of platforms are those since 0.5.
 *
 * uv runs a Python to ask for its tags, first the one of a `.venv` in the folders above: it is given one, or made to look
 * on the PATH alone.
 */
export async function findUv(target: Target, ground: NeutralGround): Promise<Installer | undefined> {
  const uv = await ground.find('uv')
  if (uv === undefined) return undefined
  const { stdout } = await runProgram([uv, '--version'], ground)
  const version = /^uv (\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  if (version === undefined || !satisfies(version, '>=0.5')) return undefined
  const python = await firstThatRuns(pythonNames(target), ground)
  const settings = await uvSettings(ground.environment)
  return {
    tool: 'uv',
    version,
    tryOut: ({ files, target: { python: wanted, platform }, indexUrl, extraIndexUrls }) => [
      ...[uv, 'pip', 'compile', '--quiet', '--no-build', '--no-python-downloads', '--no-header', '--no-annotate'],
      ...[...settings, ...(python === undefined ? ['--system'] : ['--python', python])],
      ...['--index-strategy', 'unsafe-best-match', '--python-version', wanted, '--python-platform', names[platform]],
      ...(indexUrl === undefined ? [] : ['--default-index', indexUrl]),
      ...extraIndexUrls.flatMap(url => ['--index', url]),
      ...files.filter(word => word !== '-r'),
    ],
    isUnreached,
  }
}

/** A name on the PATH may be a stub: of pyenv for a version that is not active, or of the Windows store. */
async function firstThatRuns(names: readonly string[], ground: NeutralGround): Promise<string | undefined> {
  for (const path of await Promise.all(names.map(ground.find)))
    if (path !== undefined && (await runProgram([path, '-I', '-c', ''], ground)).code === 0) return path
  return undefined
}

/** 403, 404 and 410 are answers: see pip's. */
function isUnreached(line: string): boolean {
  if (/\((?:403|404|410) /.test(line)) return false
  return (
    /error sending request for url|HTTP status (?:client|server) error|could not be queried/.test(line) ||
    /network was disabled|network timeout/.test(line)
  )
}
