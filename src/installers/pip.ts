import coerce from 'semver/functions/coerce.js'
import satisfies from 'semver/functions/satisfies.js'
import type { Platform, Target } from '../packaging/target.ts'
import type { Installer } from './installer.ts'
import { type ProgramOptions, runProgram } from './program.ts'

const here: Partial<Record<string, Platform>> = {
  'linux x64': 'linux-x86_64',
  'linux arm64': 'linux-aarch64',
  'darwin arm64': 'macos-arm64',
  'win32 x64': 'windows-x86_64',
}

/**
 * Looks for the pip of a target's own Python: told to work for another (`--python-version`), pip still reads markers as for
 * the Python it runs in. `--dry-run` is there since pip 22.2.
 */
export async function findPip({ python, platform }: Target, options: ProgramOptions): Promise<Installer | undefined> {
  if (here[`${process.platform} ${process.arch}`] !== platform) return undefined
  const minor = python.split('.').slice(0, 2).join('.')
  for (const interpreter of [`python${minor}`, 'python3', 'python']) {
    const { stdout } = await runProgram([interpreter, '-m', 'pip', '--version'], options)
    const [, version, of] = /^pip (\S+) from .*\(python (\S+)\)/s.exec(stdout) ?? []
    if (of !== minor || !satisfies(coerce(version) ?? '0.0.0', '>=22.2')) continue
    return {
      tool: 'pip',
      version: version!,
      tryOut: (files, _, { indexUrl, extraIndexUrls }) => [
        interpreter,
        ...['-m', 'pip', 'install', '--dry-run', '--ignore-installed', '--only-binary=:all:'],
        ...['--quiet', '--no-input', '--disable-pip-version-check'],
        ...(indexUrl === undefined ? [] : ['--index-url', indexUrl]),
        ...extraIndexUrls.flatMap(url => ['--extra-index-url', url]),
        ...files,
      ],
    }
  }
  return undefined
}
