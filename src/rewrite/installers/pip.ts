import coerce from 'semver/functions/coerce.js'
import satisfies from 'semver/functions/satisfies.js'
import type { Platform, Target } from '../../packaging/target.ts'
import { type Installer, pythonNames } from './installer.ts'
import type { NeutralGround } from './neutral-ground.ts'
import { runProgram } from './program.ts'

const here: Partial<Record<string, Platform>> = {
  'linux x64': 'linux-x86_64',
  'linux arm64': 'linux-aarch64',
  'darwin arm64': 'macos-arm64',
  'win32 x64': 'windows-x86_64',
}

/**
 * Looks for the pip of a target's own Python: asked to work for another (`--python-version`), pip still reads markers as for
 * the Python it runs in. `--dry-run` is there since pip 22.2. With -I, Python takes no code from the current folder, from
 * PYTHON* variables or from the user's site.
 */
export async function findPip(target: Target, ground: NeutralGround): Promise<Installer | undefined> {
  if (here[`${process.platform} ${process.arch}`] !== target.platform) return undefined
  const minor = target.python.split('.').slice(0, 2).join('.')
  for (const name of pythonNames(target)) {
    const python = await ground.find(name)
    if (python === undefined) continue
    const pip = [python, '-I', '-m', 'pip']
    const { stdout } = await runProgram([...pip, '--version'], ground)
    const [, version, of] = /^pip (\S+) from .*\(python (\S+)\)/s.exec(stdout) ?? []
    if (of !== minor || !satisfies(coerce(version) ?? '0.0.0', '>=22.2')) continue
    return {
      tool: 'pip',
      version: version!,
      tryOut: ({ files, indexUrl, extraIndexUrls, log }) => [
        ...[...pip, 'install', '--dry-run', '--ignore-installed', '--only-binary=:all:'],
        ...['--quiet', '--no-input', '--disable-pip-version-check', '--log', log],
        ...(indexUrl === undefined ? [] : ['--index-url', indexUrl]),
        ...extraIndexUrls.flatMap(url => ['--extra-index-url', url]),
        ...files,
      ],
      isUnreached,
    }
  }
  return undefined
}

/**
 * An index that does not answer is skipped by pip: then "no matching distribution" is all that it prints, and its log alone
 * says why. That it asks again is not the end, and 404 and 410 are answers, as is 403: an index on plain storage, like that
 * of the CPU builds, says so of what it does not have.
 */
function isUnreached(line: string): boolean {
  if (/Retrying \(Retry\(| (?:403|404|410) Client Error/.test(line)) return false
  return (
    /Could not fetch URL |Max retries exceeded|^error: (?:connection|ssl|proxy)-\S+$/.test(line) ||
    /\b(?:401|407|429) Client Error|\b5\d\d Server Error|(?:Connect|Read)Timeout(?:Error)?\b/.test(line)
  )
}
