import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import satisfies from 'semver/functions/satisfies.js'
import { readRegular } from '../../files/regular-file.ts'
import { readPyprojectManifest } from '../../formats/toml/pyproject/format.ts'
import { withHeldReleases } from '../../formats/toml/pyproject/held-releases.ts'
import type { NeutralGround } from './neutral-ground.ts'
import { runProgram } from './program.ts'
import { type LockOutcome, type LockRequest, lastWords, layDown, readLocked } from './uv-lock.ts'

/** Its `lock` keeps what is locked, and it reads `[project]`. */
const OLDEST = '>=2.0.0'

/**
 * Has the Poetry of this machine lock a project, as `lockWithUv` does with uv. Poetry builds source distributions to learn
 * what they need, and nothing keeps it from that: it is asked only where builds are allowed. Plugins stay out.
 *
 * No option of Poetry's holds a release, and of two sources of one project each goes to its own newest. So it locks once with
 * the releases in pyproject.toml, and again without them, when it keeps what is locked.
 *
 * @throws Error of the file system
 */
export async function lockWithPoetry(request: LockRequest, ground: NeutralGround): Promise<LockOutcome> {
  const poetry = await ground.find('poetry')
  const version =
    poetry && /^Poetry \(version (\d+\.\d+\.\d+)/.exec((await runProgram([poetry, '--version'], ground)).stdout)?.[1]
  if (!poetry || !version || !satisfies(version, OLDEST)) return { kind: 'no-tool', version }
  const project = await layDown(request, ground)
  const file = join(project, 'pyproject.toml')
  const own = await readRegular(file)
  for (const text of [heldIn(own, request.held), own]) {
    await writeFile(file, text)
    const { code, stdout, stderr } = await runProgram([poetry, ...lock], {
      ...ground,
      cwd: project,
      environment: environmentFor(ground),
    })
    ground.signal?.throwIfAborted()
    if (code === 0) continue
    const printed = stdout + stderr
    const kind = /version solving failed/i.test(printed) ? 'no-solution' : 'refused'
    return { kind, version, words: lastWords(printed, ground) }
  }
  return { kind: 'locked', lock: await readLocked(project, 'poetry.lock'), version }
}

const lock = ['--no-plugins', '--no-interaction', '--no-ansi', 'lock']

function heldIn(pyproject: Uint8Array, held: readonly string[]): string {
  const releases = new Map(held.map(pin => pin.split('==') as [string, string]))
  return withHeldReleases(readPyprojectManifest(pyproject, 'pyproject.toml', 'poetry'), releases)
}

/** The project says which source has which name, so it could have the password of one sent to another: there is no keyring. */
function environmentFor({ environment, folder }: NeutralGround): NeutralGround['environment'] {
  return {
    ...environment,
    POETRY_KEYRING_ENABLED: 'false',
    POETRY_VIRTUALENVS_CREATE: 'false',
    POETRY_VIRTUALENVS_PATH: join(folder, 'environments'),
    POETRY_CACHE_DIR: join(folder, 'cache'),
    POETRY_CONFIG_DIR: join(folder, 'settings'),
  }
}
