import type { FileStyles } from '../../src/decide/file-styles.ts'
import type { IndexStyleName } from '../../src/decide/index-styles.ts'
import type { IndexWriting, Versions } from '../../src/decide/versions.ts'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'
import type { PackageIndex } from '../../src/package-index/project-page.ts'
import type { Target } from '../../src/packaging/target.ts'
import { parseVersion } from '../../src/packaging/version.ts'
import type { Installed, Resolution } from '../../src/resolve/resolve.ts'
import { type RequirementLines, requirementLines } from '../../src/torch/lines.ts'
import { trapsOf } from '../../src/torch/traps.ts'

export const cpu = 'https://download.pytorch.org/whl/cpu'
export const linux: Target = { python: '3.11', platform: 'linux-x86_64' }
export const macos: Target = { python: '3.11', platform: 'macos-arm64' }

/** `2.1.0` everywhere; one for each target, none where it is not installed; with what it needs. */
export type Given = string | readonly (string | undefined)[]

/** What is installed, as if a resolver had chosen it. The SHA-256 of a wheel is the major version, 64 times. */
export function chosen(
  versions: Readonly<Record<string, Given>>,
  { targets = [linux], needs = {} }: { targets?: readonly Target[]; needs?: Readonly<Record<string, string[]>> } = {},
): Resolution {
  return new Map(
    Object.entries(versions).map(([project, given]) => {
      const builds = targets.flatMap((target, i) => {
        const text = typeof given === 'string' ? given : given[i]
        return text === undefined ? [] : installed(project, text, target, needs[project] ?? [])
      })
      return [project, { project, builds: builds as [Installed, ...Installed[]] }]
    }),
  )
}

function installed(project: string, text: string, target: Target, needs: readonly string[]): Installed {
  const place = target.platform === 'macos-arm64' ? 'macosx_11_0_arm64' : 'linux_x86_64'
  const filename = `${project}-${text}-cp311-cp311-${place}.whl`
  const file = {
    filename,
    url: `${cpu}/${filename.replace('+', '%2B')}`,
    hashes: { sha256: text[0]!.repeat(64) },
    yanked: false,
    metadataOffered: false,
  }
  const index = { url: cpu } as PackageIndex
  return { version: parseVersion(text)!, file, fitting: [file], index, origin: 'live', target, needs }
}

export function linesOf(
  files: RequirementsFile | readonly RequirementsFile[],
  targets: readonly Target[] = [linux],
): RequirementLines {
  return requirementLines([files].flat(), targets)
}

export function byPath(...files: readonly RequirementsFile[]): ReadonlyMap<string, RequirementsFile> {
  return new Map(files.map(file => [file.absolute, file]))
}

/** A file that brings others in, by its `-r` and `-c` lines in their order. */
export function including(file: RequirementsFile, ...others: readonly RequirementsFile[]): RequirementsFile {
  const statements = file.statements.filter(
    statement =>
      statement.kind === 'option' &&
      statement.options.some(({ name }) => name === 'requirement' || name === 'constraint'),
  )
  const includes = others.map(({ absolute, role }, i) => ({
    statement: statements[i] as Extract<(typeof statements)[number], { kind: 'option' }>,
    file: absolute,
    role,
  }))
  return { ...file, includes }
}

export function versionsOf(resolution: Resolution, more: Partial<Versions> = {}): Versions {
  return { resolution, targets: [linux], avoided: [], pin: 'torch', ...more }
}

/** That numpy is held back for torch 2.1. */
export const numpyTrap = trapsOf('torch', parseVersion('2.1.0')!, [linux])

/** The same style in every file. */
export function written(style: IndexStyleName): IndexWriting {
  const styles: FileStyles = { get: () => style } as unknown as FileStyles
  return { cpuIndexUrl: cpu, styles }
}
