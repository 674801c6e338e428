import { access, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TorchpinError } from './errors.ts'
import { openRegular } from './files/regular-file.ts'
import type { FindInstaller, Installer } from './installers/installer.ts'
import { type NeutralGround, neutralGround } from './installers/neutral-ground.ts'
import { findPip } from './installers/pip.ts'
import { runProgram } from './installers/program.ts'
import { type Shadow, shadowOf } from './installers/shadow.ts'
import { findUv } from './installers/uv.ts'
import type { Options } from './options.ts'
import { homeOf } from './package-index/environment.ts'
import type { Target } from './packaging/target.ts'
import { variablesIn } from './requirements/environment.ts'
import type { RequirementsFile } from './requirements/files.ts'
import type { VerifiedResult } from './result.ts'
import { installsWithUv } from './targets.ts'
import { isWithin, repositoryOf } from './workspace/folders.ts'

/** Lines of an installer's refusal that are told. */
const LINES = 20

/**
 * Has the pip and the uv of this machine work out an install of files that are not written yet, for every target. Nothing is
 * installed, and no code is run: what has no wheel counts as not installable, and the installers run on neutral ground, where
 * nothing of the repository is on their way.
 *
 * pip decides, or uv where the repository plainly installs with uv; what the other one does not like is a notice.
 *
 * @param files what they are to be, by absolute path
 * @throws TorchpinError BAD_OPTION where neither is here for a target, VERIFY_FAILED where the one that decides refuses,
 * INDEX_UNREACHABLE where it could not ask
 */
export async function verify(
  files: ReadonlyMap<string, RequirementsFile>,
  targets: readonly Target[],
  options: Options,
): Promise<VerifiedResult[]> {
  const finders = (await installsWithUv(files, options)) ? [findUv, findPip] : [findPip, findUv]
  const named = new Set([...files.values()].flatMap(({ source }) => [...variablesIn(source)]))
  const environment = withoutBarred(named, options)
  const ground = await neutralGround({ ...options, environment }, await repositoriesOf(files, options), named)
  try {
    const shadow = await shadowOf(files, ground.folder, options.cwd)
    for (const name of ground.leftOut)
      options.onNotice(`${name} leads into the repository, or is no whole path, so pip and uv do not get it to verify`)
    const verified: VerifiedResult[] = []
    for (const target of targets) verified.push(...(await verifyFor(target, { ground, shadow, finders, options })))
    for (const line of shadow.leftOut) options.onNotice(`${line} is not verified: that could run code of a package`)
    return verified
  } finally {
    await ground.leave()
  }
}

/** An installer puts the values of variables in their places too, so it is not given those that the files may not name. */
function withoutBarred(named: ReadonlySet<string>, { environment, expand }: Options): Options['environment'] {
  if (!expand) return environment
  const barred = new Set(named)
  for (const name of [...expand, 'PATH']) barred.delete(name)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !barred.has(name)))
}

/**
 * The real paths of the repositories that the files are in, and of that of the current folder. A folder that is in none counts
 * as one, unless the home of the user is in it: programs that lie there are the user's own.
 */
async function repositoriesOf(
  files: ReadonlyMap<string, RequirementsFile>,
  { cwd, environment }: Options,
): Promise<string[]> {
  const home = await realpath(homeOf(environment)).catch(() => homeOf(environment))
  const named = [...files.values()].filter(({ root }) => root).map(({ absolute }) => dirname(absolute))
  const places = await Promise.all([...new Set([cwd, ...named])].map(repositoryOf))
  const isOthers = await Promise.all(places.map(async place => (await isRepository(place)) || !isWithin(home, place)))
  return places.filter((_, i) => isOthers[i])
}

function isRepository(folder: string): Promise<boolean> {
  return access(join(folder, '.git')).then(
    () => true,
    () => false,
  )
}

/** What is the same for every target. */
interface Proof {
  readonly ground: NeutralGround
  readonly shadow: Shadow
  /** The one that decides first. */
  readonly finders: readonly FindInstaller[]
  readonly options: Options
}

async function verifyFor(target: Target, proof: Proof): Promise<VerifiedResult[]> {
  const { ground, finders, options } = proof
  const found = (await Promise.all(finders.map(find => find(target, ground)))).flatMap(one => one ?? [])
  const [deciding] = found
  if (!deciding) throw notHere(target)
  const verified: VerifiedResult[] = []
  for (const installer of found) {
    options.onProgress({ phase: `Verifying with ${installer.tool}`, done: verified.length, total: found.length })
    const { outcome, words } = await tryOut(installer, target, proof)
    if (outcome === 'taken') verified.push({ tool: installer.tool, version: installer.version, ...target })
    else if (installer === deciding) throw (outcome === 'refused' ? refused : unreached)(installer, target, words)
    else
      options.onNotice(
        `${named(installer)} ${outcome === 'refused' ? 'refuses' : 'cannot ask about'} what ${named(deciding)} takes: ${words}`,
      )
  }
  return verified
}

/** What an installer makes of the files, and its own words for what is wrong. */
interface Verdict {
  readonly outcome: 'taken' | 'refused' | 'unreached'
  readonly words: string
}

async function tryOut(installer: Installer, target: Target, { ground, shadow, options }: Proof): Promise<Verdict> {
  const log = join(ground.folder, `${target.python}-${target.platform}.log`)
  const command = installer.tryOut({
    files: shadow.arguments,
    target,
    indexUrl: options.indexUrl,
    extraIndexUrls: options.indexStyle === 'none' ? [options.cpuIndexUrl] : [],
    log,
  })
  const { code, stderr } = await runProgram(command, ground)
  options.signal?.throwIfAborted()
  if (code === 0) return { outcome: 'taken', words: '' }
  const lines = stderr.trimEnd().split('\n')
  const unreached = lines.find(installer.isUnreached) ?? (await lineOf(log, installer.isUnreached))
  const words = unreached === undefined ? lines.slice(-LINES).join('\n') : unreached.replace(TIME, '').trim()
  return {
    outcome: unreached === undefined ? 'refused' : 'unreached',
    words: shadow.withRealNames(words),
  }
}

/** What pip writes in front of a line of its log. */
const TIME = /^\d{4}-\d\d-\d\dT[\d:,]+ /

/** The first line of a file that is looked for; undefined where there is none, or no file. */
async function lineOf(path: string, isLookedFor: (line: string) => boolean): Promise<string | undefined> {
  try {
    const { handle } = await openRegular(path)
    for await (const line of handle.readLines()) if (isLookedFor(line)) return line
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return undefined
}

const named = ({ tool, version }: Installer): string => `${tool} ${version}`

function refused(installer: Installer, { python, platform }: Target, refusal: string): TorchpinError {
  return new TorchpinError(
    'VERIFY_FAILED',
    `${named(installer)} refuses the rewritten files for Python ${python} on ${platform}:\n${refusal}`,
    {
      hint: 'a package without a wheel cannot be verified, for that would run its code; without --verify the files are written',
    },
  )
}

function unreached(installer: Installer, { python, platform }: Target, trouble: string): TorchpinError {
  return new TorchpinError(
    'INDEX_UNREACHABLE',
    `${named(installer)} could not ask what it needs to verify the rewritten files for Python ${python} on ${platform}:\n${trouble}`,
    { hint: 'look at the address, the proxy and the certificates; without --verify the files are written' },
  )
}

function notHere({ python, platform }: Target): TorchpinError {
  return new TorchpinError(
    'BAD_OPTION',
    `--verify has nothing to verify with: no pip 22.2 or newer for Python ${python} on ${platform} and no uv 0.5 or newer is here`,
    { hint: 'install uv, or run without --verify; a program that lies in the repository is not run' },
  )
}
