import { TorchpinError } from '../contract/errors.ts'
import { type Options, resolveOptions } from '../contract/options.ts'
import type { ReleaseResult, VersionsResult, WheelResult } from '../contract/results/versions.ts'
import { version } from '../contract/version.ts'
import { canonicalizeName, isValidName } from '../packaging/names.ts'
import { comparePythons } from '../packaging/wheel-places.ts'
import { type Indexes, openIndexes } from '../run/solve/indexes.ts'
import { enumerated } from '../text/lists.ts'
import { redactUrl } from '../text/secrets.ts'
import { torchFamily } from '../torch/family.ts'
import { whatExists } from '../torch/no-release.ts'
import { type CpuRelease, comparePlatforms } from '../torch/releases.ts'
import { torchName } from '../torch/unavailable.ts'
import { type CpuQuestion, cpuReleasesOf, newestFitting, type PairedRelease, withPairs } from './cpu-releases.ts'

/** What `versions` can be told. */
export interface VersionsOptions
  extends Pick<Options, 'cpuIndexUrl' | 'offline' | 'cacheDir' | 'environment' | 'signal' | 'onNotice'> {
  /** Only releases with a wheel for each of these: `3.11`, `3.11.7`; `3.13t` is free-threaded. */
  readonly python: readonly string[]
  /** Only releases with a wheel for each of these. */
  readonly platform: Options['platform']
  readonly prereleases: boolean
  /** The newest so many; all where it is left out. */
  readonly limit: number | undefined
}

/**
 * Lists the releases of a project that have CPU wheels, and which releases go with each other.
 *
 * @param name a project of the torch family, or another one that the CPU index has
 * @throws TorchpinError BAD_OPTION where it does not have it, NO_SOLUTION where no release has wheels for what is asked,
 *   INDEX_UNREACHABLE where neither the index nor a snapshot knows the project
 */
export async function versions(name = 'torch', given: Partial<VersionsOptions> = {}): Promise<VersionsResult> {
  const options = resolveVersionsOptions(given)
  const project = readName(name)
  const indexes = await openIndexes(new Map(), options)
  const filter = { python: options.python, platforms: options.platform }
  const asked: CpuQuestion = { cpu: indexes.cpu, filter, prereleases: options.prereleases, onNotice: options.onNotice }

  const releases = await cpuReleasesOf(project, asked).catch(error => Promise.reject(withMeantName(error, project)))
  if (!releases || releases.length === 0) throw noSuchProject(project, options)
  const { shown, more } = await newestFitting(releases, options.limit, asked)
  if (shown.length === 0) throw nothingFits(project, releases, asked, indexes)
  const paired = await withPairs(project, shown, asked)

  const { origin } = indexes.cpu
  return {
    schema: 1,
    version,
    package: project,
    index: {
      url: redactUrl(options.cpuIndexUrl),
      origin,
      ...(origin === 'snapshot' ? { snapshotDate: indexes.snapshotDate() } : {}),
    },
    filter,
    releases: paired.map(releaseResult),
    more,
  }
}

function resolveVersionsOptions(given: Partial<VersionsOptions>) {
  const { prereleases = false, limit = Number.POSITIVE_INFINITY, python = [], platform = [], ...rest } = given
  if (!(limit >= 1) || (Number.isFinite(limit) && !Number.isInteger(limit)))
    throw new TorchpinError('BAD_OPTION', `--limit ${limit} is not a number of releases`, {
      hint: 'write it as 10',
      flag: 'limit',
    })
  const checked = resolveOptions({
    ...rest,
    python: python.map(text => text.replace(/^(3\.\d+)t$/, '$1')),
    ...(platform.length > 0 ? { platform } : {}),
  })
  return { ...checked, python, platform, prereleases, limit }
}

function readName(name: string): string {
  if (isValidName(name)) return canonicalizeName(name)
  throw new TorchpinError('BAD_OPTION', `${name} is not the name of a package`, {
    hint: 'give the name alone, as in torchpin versions torchvision; --python and --platform narrow the list',
  })
}

/** An index that cannot be asked about a mistyped name. */
function withMeantName(error: unknown, project: string): unknown {
  const meant = torchFamily.has(project) ? undefined : torchName(project)
  if (!(error instanceof TorchpinError) || !meant) return error
  return new TorchpinError(error.code, error.message, { hint: `did you mean ${meant}?`, cause: error.cause })
}

function noSuchProject(project: string, { cpuIndexUrl }: Options): TorchpinError {
  const message = `${redactUrl(cpuIndexUrl)} has no CPU wheel of ${project}`
  if (torchFamily.has(project)) {
    return new TorchpinError('NO_SOLUTION', message, {
      hint: `give --cpu-index-url an index that has CPU builds of ${project}`,
    })
  }
  const meant = torchName(project)
  return new TorchpinError('BAD_OPTION', message, {
    hint: meant ? `did you mean ${meant}?` : `ask for one of ${[...torchFamily].join(', ')}`,
  })
}

function nothingFits(
  project: string,
  releases: readonly CpuRelease[],
  { filter, cpu }: CpuQuestion,
  { snapshotDate }: Indexes,
): TorchpinError {
  const pythons = filter.python.length > 0 ? ` for Python ${enumerated(filter.python)}` : ''
  const platforms = filter.platforms.length > 0 ? ` on ${enumerated(filter.platforms)}` : ''
  const lines = [
    `no release of ${project} has CPU wheels${pythons}${platforms}`,
    ...whatExists(project, releases, filter),
    ...(cpu.origin === 'snapshot' ? [`the snapshot of ${snapshotDate()} does not know every wheel`] : []),
  ]
  const several = filter.python.length + filter.platforms.length > 2 || filter.python.length > 1
  return new TorchpinError('NO_SOLUTION', lines.join('\n  '), {
    hint: several ? 'ask for each Python and platform on its own' : 'choose another --python or --platform',
  })
}

function releaseResult({ release, wheels, pythons, platforms, pairs, requires }: PairedRelease): ReleaseResult {
  const entries: WheelResult[] = wheels.flatMap(({ file, places }) =>
    places.map(({ python, platform }) => ({
      filename: file.filename,
      python,
      platform,
      size: file.size ?? null,
      uploaded: file.uploadTime ?? null,
      yanked: file.yanked,
    })),
  )
  // A label sorts above none, and the wheels of the highest version come first.
  const pins = new Map<string, string>()
  for (const { wheel, places } of wheels)
    for (const { platform } of places) if (!pins.has(platform)) pins.set(platform, wheel.version.text)
  const uploads = entries.flatMap(({ uploaded }) => uploaded ?? []).sort()
  return {
    version: wheels[0]!.wheel.version.text,
    release: release.text,
    // One with a patch number was asked for, and stands beside its minor release.
    pythons: pythons.filter(python => /^3\.\d+t?$/.test(python)),
    platforms,
    pins: Object.fromEntries([...pins].sort(([a], [b]) => comparePlatforms(a, b))),
    yanked: entries.every(({ yanked }) => yanked),
    uploaded: uploads[0] ?? null,
    wheels: entries.sort((a, b) => comparePlatforms(a.platform, b.platform) || comparePythons(a.python, b.python)),
    pairs,
    requires,
  }
}
