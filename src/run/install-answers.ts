import { TorchpinError } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import { loadRequirements } from '../formats/requirements/files.ts'
import type { Platform } from '../packaging/target.ts'
import { lazily, once } from '../text/memo.ts'
import { torchFamily } from '../torch/family.ts'
import { cudaFindings } from './cuda.ts'
import { measure } from './measure.ts'
import { openUnit, type Run, type Unit } from './open.ts'
import { placesOf } from './outside.ts'
import { type Choice, isSolved } from './solve/choose.ts'
import { openNetwork } from './solve/indexes.ts'
import { surroundingsOf } from './surroundings.ts'

/** What an install asks for, and what it runs on. */
export interface Asked {
  /** Lines of a requirements file at the top of the repository. */
  readonly text: string
  readonly pythons: readonly string[]
  readonly platform: Platform
}

/** What the resolver says to it. */
export type Answer =
  | { readonly kind: 'clean'; readonly family: ReadonlySet<string> }
  | Cuda
  /** `because`: as a sentence. */
  | { readonly kind: 'unknown'; readonly because: string }

/** CUDA comes in. */
export interface Cuda {
  readonly kind: 'cuda'
  readonly family: ReadonlySet<string>
  /** `torch brings CUDA on linux-x86_64: …`, and the file that asks for it, where it is none of the command itself. */
  readonly message: string
  readonly file: string | undefined
  /** Bytes less with CPU builds; null where they are not known. */
  readonly saved: { readonly download: number; readonly installed: number; readonly exact: boolean } | null
  /** `torch==2.13.0+cpu`, for each of the family that is installed; none where not all have one CPU build on every Python. */
  readonly pins: readonly string[]
}

/** Answers questions about installs, each once. */
export function answersIn(root: string, options: Options): (asked: Asked) => Promise<Answer> {
  const opened = lazily(async () => ({
    network: await openNetwork(options),
    isWithin: await placesOf([root], root),
  }))
  return once(
    ({ text, pythons, platform }: Asked) => `${platform} ${pythons.join(' ')}\n${text}`,
    async asked => {
      const { network: all, isWithin } = await opened()
      // What the command names goes before what this run is given for the main index.
      const isNamed = /^--index-url /m.test(asked.text)
      const network = isNamed ? { ...all, options: { ...options, indexUrl: undefined } } : all
      try {
        const files = await loadRequirements(['-'], {
          cwd: root,
          environment: {},
          stdin: Buffer.from(asked.text),
          isWithin,
        })
        const run: Run = {
          options: {
            ...network.options,
            cwd: root,
            python: asked.pythons,
            platform: [asked.platform],
            onNotice: () => undefined,
          },
          network,
          surroundings: surroundingsOf(options),
          parts: [files],
          projects: new Map(),
        }
        return await answerOf(await openUnit(files, run, new Set()))
      } catch (error) {
        if (error instanceof TorchpinError && error.code !== 'INTERRUPTED')
          return { kind: 'unknown', because: error.message.split('\n', 1)[0]! }
        throw error
      }
    },
  )
}

async function answerOf(unit: Unit): Promise<Answer> {
  const family = new Set<string>()
  for (const target of unit.targets) {
    const install = await unit.actualInstall(target)
    if (!install) return { kind: 'unknown', because: 'no set of versions satisfies what it asks for' }
    for (const project of install.resolution.keys()) if (torchFamily.has(project)) family.add(project)
  }
  const found = await cudaFindings(unit, null, undefined)
  const { lines, choice } = await unit.answer()
  if (found.length === 0) return { kind: 'clean', family }
  const solved = isSolved(choice) ? choice : undefined
  const savings = solved ? await measure(unit, solved, lines) : null
  const measured = savings ? await cudaFindings(unit, savings, undefined) : found
  // With bytes, lines whose build merely gives way are among them; what brings CUDA was found without.
  const [first] = found
  const reported = measured.find(({ path, line }) => path === first!.path && line === first!.line) ?? first!
  return {
    kind: 'cuda',
    family,
    message: reported.message,
    file: found.map(({ path }) => path).find(path => path !== '-'),
    saved: savings && { ...savings.saved, exact: savings.before.exact && savings.after.exact },
    pins: solved ? pinsOf(unit, solved) : [],
  }
}

/** The pins of the family to its CPU builds, torch first. */
function pinsOf({ targets }: Unit, { resolution }: Choice): string[] {
  const chosen = [...resolution.values()].filter(({ project }) => torchFamily.has(project))
  const pins = chosen.flatMap(({ project, builds }) => {
    const versions = new Set(builds.map(({ version }) => version.text))
    const [version] = versions
    return builds.length === targets.length && versions.size === 1 && version?.endsWith('+cpu')
      ? [`${project}==${version}`]
      : []
  })
  return pins.length === chosen.length
    ? pins.sort((a, b) => Number(b.startsWith('torch=')) - Number(a.startsWith('torch=')) || (a < b ? -1 : 1))
    : []
}
