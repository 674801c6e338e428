import { TorchpinError } from './errors.ts'
import type { FindInstaller, Installer } from './installers/installer.ts'
import { findPip } from './installers/pip.ts'
import { runProgram } from './installers/program.ts'
import { type Shadow, shadowOf } from './installers/shadow.ts'
import { findUv } from './installers/uv.ts'
import type { Options } from './options.ts'
import type { Target } from './packaging/target.ts'
import { variablesIn } from './requirements/environment.ts'
import type { RequirementsFile } from './requirements/files.ts'
import type { VerifiedResult } from './result.ts'
import { installsWithUv } from './targets.ts'

/** Lines of an installer's refusal that are told. */
const LINES = 20

/**
 * Has the pip and the uv of this machine work out an install of files that are not written yet, for every target. Nothing is
 * installed, and no code of a package is run: what has no wheel counts as not installable.
 *
 * pip decides, or uv where the repository plainly installs with uv; what the other one does not like is a notice.
 *
 * @param files what they are to be, by absolute path
 * @throws TorchpinError BAD_OPTION where neither is here for a target, VERIFY_FAILED where the one that decides refuses
 */
export async function verify(
  files: ReadonlyMap<string, RequirementsFile>,
  targets: readonly Target[],
  options: Options,
): Promise<VerifiedResult[]> {
  const finders = (await installsWithUv(files, options)) ? [findUv, findPip] : [findPip, findUv]
  const shadow = await shadowOf(files)
  const environment = environmentFor(files, options)
  try {
    const verified: VerifiedResult[] = []
    for (const target of targets)
      verified.push(...(await verifyFor(target, shadow, finders, { ...options, environment })))
    for (const line of shadow.leftOut) options.onNotice(`${line} is not verified: that would run code of the package`)
    return verified
  } finally {
    await shadow.remove()
  }
}

/** An installer puts the values of variables in their places too, so it is not given those that the files may not name. */
function environmentFor(
  files: ReadonlyMap<string, RequirementsFile>,
  { environment, expand }: Options,
): Options['environment'] {
  if (!expand) return environment
  const barred = new Set([...files.values()].flatMap(({ source }) => [...variablesIn(source)]))
  for (const name of [...expand, 'PATH']) barred.delete(name)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !barred.has(name)))
}

async function verifyFor(
  target: Target,
  shadow: Shadow,
  finders: readonly FindInstaller[],
  options: Options,
): Promise<VerifiedResult[]> {
  const found = (await Promise.all(finders.map(find => find(target, options)))).flatMap(one => one ?? [])
  const [deciding] = found
  if (!deciding) throw notHere(target)
  const verified: VerifiedResult[] = []
  for (const installer of found) {
    options.onProgress({ phase: `Verifying with ${installer.tool}`, done: verified.length, total: found.length })
    const refusal = await refusalOf(installer, target, shadow, options)
    if (refusal === undefined) verified.push({ tool: installer.tool, version: installer.version, ...target })
    else if (installer === deciding) throw refused(installer, target, refusal)
    else options.onNotice(`${named(installer)} refuses what ${named(deciding)} takes: ${refusal}`)
  }
  return verified
}

async function refusalOf(
  installer: Installer,
  target: Target,
  shadow: Shadow,
  options: Options,
): Promise<string | undefined> {
  const asked = {
    indexUrl: options.indexUrl,
    extraIndexUrls: options.indexStyle === 'none' ? [options.cpuIndexUrl] : [],
  }
  const { code, stderr } = await runProgram(installer.tryOut(shadow.arguments, target, asked), options)
  options.signal?.throwIfAborted()
  return code === 0 ? undefined : shadow.withRealNames(stderr.trimEnd().split('\n').slice(-LINES).join('\n'))
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

function notHere({ python, platform }: Target): TorchpinError {
  return new TorchpinError(
    'BAD_OPTION',
    `--verify has nothing to verify with: no pip 22.2 or newer for Python ${python} on ${platform} and no uv 0.5 or newer is here`,
    { hint: 'install uv, or run without --verify' },
  )
}
