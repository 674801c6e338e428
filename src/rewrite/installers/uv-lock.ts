import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import satisfies from 'semver/functions/satisfies.js'
import { readRegular } from '../../files/regular-file.ts'
import { withoutSecrets } from '../../text/secrets.ts'
import type { NeutralGround } from './neutral-ground.ts'
import { type Ended, runProgram } from './program.ts'

/** What uv is to lock, and how. */
export interface LockRequest {
  /** The files that uv reads, by their paths from the top of the repository (`/` between folders), uv.lock among them. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The folder of the project, likewise; empty: the top. */
  readonly folder: string
  /** The script whose own lock is made (PEP 723), by its path; undefined: the project's. */
  readonly script: string | undefined
  /** `name==release`: what may change, and to which release. */
  readonly held: readonly string[]
  /** Whether source distributions may be built, which runs their code. */
  readonly builds: boolean
  readonly offline: boolean
}

/** What came of it. */
export type LockOutcome =
  | { readonly kind: 'locked'; readonly lock: Uint8Array; readonly version: string }
  /** The tool is not here, or one that is too old: `version` says which. */
  | { readonly kind: 'no-tool'; readonly version: string | undefined }
  /** It found no versions that go together. */
  | { readonly kind: 'no-solution'; readonly version: string; readonly words: string }
  /** It needs what it may not do here: build a package, ask with credentials. */
  | { readonly kind: 'refused'; readonly version: string; readonly words: string }

/** Explicit indexes, sources that name them, and `-P name==version`. */
const OLDEST = '>=0.5.3'

/** What uv says where `--no-build` is in its way, which it may call no solution. */
const NEEDS_BUILD = /(?:Wheels are required for|Building source distributions for) `([^`\s]+)`/

/** The most lines and characters of uv's output that are shown. */
const LINES = 12
const MOST = 4000

/**
 * Has the uv of this machine lock a project: a copy of the files that it reads, in a place of their own, with an environment
 * of little. No code of the repository is there to be run, and none of packages unless `builds` allows it.
 *
 * @throws Error of the file system
 */
export async function lockWithUv(request: LockRequest, ground: NeutralGround): Promise<LockOutcome> {
  const uv = await ground.find('uv')
  const version = uv && /^uv (\d+\.\d+\.\d+)/.exec((await runProgram([uv, '--version'], ground)).stdout)?.[1]
  if (!uv || !version || !satisfies(version, OLDEST)) return { kind: 'no-tool', version }
  const project = await layDown(request, ground)
  const { code, stderr } = await runProgram([uv, ...(await lockArguments(request, uv, ground))], {
    ...ground,
    cwd: project,
    environment: withoutSecretsOfOthers(ground.environment, request),
  })
  ground.signal?.throwIfAborted()
  if (code === 0) {
    const name = request.script === undefined ? 'uv.lock' : `${request.script}.lock`
    return { kind: 'locked', lock: await readLocked(project, name), version }
  }
  const [, unbuilt] = (!request.builds && NEEDS_BUILD.exec(stderr)) || []
  if (unbuilt) return { kind: 'refused', version, words: `it would have to build ${unbuilt}; --allow-builds lets it` }
  // What a cache lacks proves nothing.
  const kind = !request.offline && /No solution found/.test(stderr) ? 'no-solution' : 'refused'
  return { kind, version, words: lastWords(stderr.replaceAll(/^Using (?:CPython|PyPy) .*\n/gm, ''), ground) }
}

/** Lays a copy of the files that the tool reads on neutral ground. @returns the folder of the project there */
export async function layDown({ files, folder }: LockRequest, ground: NeutralGround): Promise<string> {
  const repository = join(ground.folder, 'repository')
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(repository, path)), { recursive: true })
    await writeFile(join(repository, path), bytes)
  }
  return join(repository, folder)
}

/** What a tool has put in the place of a lock. @throws UnfitFile, or what the operating system says */
export function readLocked(project: string, name: string): Promise<Uint8Array> {
  return readRegular(join(project, name))
}

/**
 * The end of what a tool prints: what went wrong stands there. Without the lines of files that it shows, and with the places that
 * the user knows.
 */
export function lastWords(text: string, { folder }: Pick<NeutralGround, 'folder'>): string {
  const lines = text
    .slice(-MOST)
    .split(/\r?\n/)
    .filter(line => line.trim() !== '' && !/^\d*\s*\|/.test(line.trimStart()))
  return withoutSecrets(lines.slice(-LINES).join('\n')).replaceAll(join(folder, 'repository', '/'), '')
}

async function lockArguments(
  { script, held, builds, offline }: LockRequest,
  uv: string,
  ground: NeutralGround,
): Promise<string[]> {
  return [
    ...['lock', '--no-progress', '--no-python-downloads'],
    // uv still builds projects of the user's own: without isolation it fetches nothing to run for that.
    ...(builds ? [] : ['--no-build', '--no-build-isolation']),
    ...(offline ? ['--offline'] : []),
    // The settings of a project may start a program, or name a place to write to; those of the user count instead.
    ...['--keyring-provider', ground.environment['UV_KEYRING_PROVIDER'] ?? 'disabled'],
    ...['--cache-dir', await cacheFolder(uv, ground)],
    ...(script === undefined ? [] : ['--script', `./${script}`]),
    ...held.flatMap(pin => ['-P', pin]),
  ]
}

async function cacheFolder(uv: string, ground: NeutralGround): Promise<string> {
  const { code, stdout }: Ended = await runProgram([uv, 'cache', 'dir', '--no-config'], ground)
  return code === 0 ? stdout.trim() : join(ground.folder, 'cache')
}

/**
 * The project says which index has which name, so it could have the password of one sent to another; and it could have uv write
 * a variable into an address: `https://host/${UV_INDEX_URL}/…`.
 */
function withoutSecretsOfOthers(
  environment: NeutralGround['environment'],
  { files }: LockRequest,
): NeutralGround['environment'] {
  const named = new Set([...files.values()].flatMap(variablesIn))
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(?:UV_INDEX_.*_(?:USERNAME|PASSWORD)$|PIP_)/i.test(name) && !named.has(name.toUpperCase()),
    ),
  )
}

/** The variables that a file names, in capitals. TOML can write a character as its number, and break a string. */
function variablesIn(bytes: Uint8Array): string[] {
  const text = new TextDecoder()
    .decode(bytes)
    .replaceAll(/\\[ \t]*\r?\n\s*/g, '')
    .replaceAll(/\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2}))/g, (_, ...codes: (string | undefined)[]) =>
      String.fromCharCode(Number.parseInt(codes.slice(0, 3).find(Boolean)!, 16)),
    )
  return [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!.toUpperCase())
}
