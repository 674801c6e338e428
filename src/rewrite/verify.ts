import { join } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import type { VerifiedResult } from '../contract/results/rewrite.ts'
import { openRegular } from '../files/regular-file.ts'
import { variablesIn } from '../formats/requirements/environment.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import type { Target } from '../packaging/target.ts'
import { surroundingsOf } from '../run/surroundings.ts'
import { installsWithUv } from '../run/targets.ts'
import type { FindInstaller, Installer } from './installers/installer.ts'
import { type NeutralGround, neutralGround } from './installers/neutral-ground.ts'
import { findPip } from './installers/pip.ts'
import { runProgram } from './installers/program.ts'
import { type Shadow, shadowOf } from './installers/shadow.ts'
import { findUv } from './installers/uv.ts'
import { repositoriesOf } from './repositories.ts'

/** Lines of an installer's refusal that an error quotes. */
const LINES = 20

/**
 * Has the pip and the uv of this machine work out an install of files that are not written yet, for every target. Nothing is
 * installed, and no code is run: a package without a wheel counts as not installable, and the installers run on neutral ground,
 * where nothing of the repository is in their way.
 *
 * pip decides, or uv if the repository plainly installs with uv. A refusal by the other one is a notice.
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
  const finders = (await installsWithUv(files, surroundingsOf(options))) ? [findUv, findPip] : [findPip, findUv]
  const named = new Set([...files.values()].flatMap(({ source }) => [...variablesIn(source)]))
  const environment = withoutBarred(named, options)
  const ground = await neutralGround({ ...options, environment }, await repositoriesOf(rootsOf(files), options), named)
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

/** Installers expand variables, too, so they do not get those that the files may not name. */
function withoutBarred(named: ReadonlySet<string>, { environment, expand }: Options): Options['environment'] {
  if (!expand) return environment
  const barred = new Set(named)
  for (const name of [...expand, 'PATH']) barred.delete(name)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !barred.has(name)))
}

const rootsOf = (files: ReadonlyMap<string, RequirementsFile>): string[] =>
  [...files.values()].filter(({ root }) => root).map(({ absolute }) => absolute)

/** What all targets share. */
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

/** Whether an installer takes the files, and its own words for what is wrong. */
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

/** The time that pip writes in front of a line of its log. */
const TIME = /^\d{4}-\d\d-\d\dT[\d:,]+ /

/** The first matching line of a file; undefined if there is none, or no file. */
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
