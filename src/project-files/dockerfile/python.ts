import { lineAt, type StatedPython } from '../python-facts.ts'
import type { Values, Word } from '../shell/words.ts'
import type { Stage, Step } from './dockerfile.ts'

/** A Python, and the offset at which a file states it. */
interface Found {
  readonly python: string
  readonly at: number
}

/** What a stage says of Python. */
interface Said {
  readonly python: Found | undefined
  /** The distribution's own Python, which counts once a command installs it. */
  readonly ofDistribution: Found | undefined
}

/**
 * The Python of the image that a Dockerfile builds: of its last stage, through the stages that one starts from; where
 * those say nothing, of the last stage that does. The base image states it (`FROM python:3.11-slim`), or a command that
 * brings another (`uv python install 3.12`, `apt-get install python3.11`, `conda create python=3.10`). A file that is too
 * long to be read says nothing.
 */
export async function pythonOfDockerfile(text: string): Promise<StatedPython | undefined> {
  if (!/^[ \t]*FROM[ \t\\`]/im.test(text)) return undefined
  // The parser loads only when a file needs it.
  const { excessOf, readDockerfile } = await import('./dockerfile.ts')
  if (excessOf(text) !== undefined) return undefined
  const byStage = new Map<Stage, Said>()
  let last: Found | undefined
  for (const stage of readDockerfile(text).stages) {
    const found = saidBy(stage, text, (stage.parent && byStage.get(stage.parent)) ?? saidByImage(stage))
    byStage.set(stage, found)
    last = found.python ?? last
  }
  return last && { python: last.python, line: lineAt(text, last.at) }
}

function saidByImage({ written, from }: Stage): Said {
  const image = textOf(written)
  const found = (python: string | undefined) => (python === undefined ? undefined : { python, at: from.span.start })
  return { python: found(pythonOfImage(image)), ofDistribution: found(pythonOfDistribution(image)) }
}

/** What a stage says, from what it starts from and its steps. */
function saidBy({ steps, values }: Stage, source: string, { python: first, ofDistribution }: Said): Said {
  let python = first
  for (const [i, step] of steps.entries()) {
    const commands = step.kind === 'run' ? step.commands.map(({ prefix, words }) => [...prefix, ...words]) : []
    const brought = broughtBy(commands) ?? setBy(step, source, steps[i + 1]?.values ?? values)
    if (brought) python = brought
    else if (commands.some(words => installsDistributionPython.test(joined(words)))) python ??= ofDistribution
  }
  return { python, ofDistribution }
}

/** The Python that an ENV asks uv for. */
function setBy({ instruction: { keyword, rest } }: Step, source: string, after: Values): Found | undefined {
  if (keyword !== 'ENV') return undefined
  const at = source.slice(rest.start, rest.end).search(/\bUV_PYTHON\b/)
  const python = /^(?:python)?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/.exec(after.get('UV_PYTHON') ?? '')?.[1]
  return at < 0 || python === undefined ? undefined : { python, at: rest.start + at }
}

/** A word without what only a build can tell. */
function textOf({ value, lead, tail }: Word): string {
  return value ?? lead + tail
}

function joined(words: readonly Word[]): string {
  return words.map(textOf).join(' ')
}

const bringsPython: readonly RegExp[] = [
  /\buv\s+python\s+install\s+(?:-\S{1,200}\s+){0,20}["']?(?:c?python[-@]?)?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\buv\s+(?:venv|sync|run|pip\s+(?:install|sync))\b[^&|;]{0,500}?\s(?:-p|--python)[\s=]["']?(?:\S*python)?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\bUV_PYTHON[=\s]["']?(?:python)?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\b(?:apt|apt-get|dnf|yum|microdnf)\s+(?:-\S{1,200}\s+){0,20}install\b[^&|;]{0,2000}?\spython(3\.\d{1,2})(?:-\w+)?(?![\w.])/,
  /\b(?:conda|mamba|micromamba)\s+(?:create|install)\b[^&|;]{0,2000}?\s["']?python={1,2}(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\bpyenv\s+(?:install|global|local)\s+(?:-\S{1,200}\s+){0,20}(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
]

/** The Python that one of some commands brings into the image. */
function broughtBy(commands: readonly (readonly Word[])[]): Found | undefined {
  for (const pattern of bringsPython)
    for (const words of commands) {
      const command = joined(words)
      const found = pattern.exec(command)
      if (!found) continue
      const before = command.slice(0, found.index).split(' ').length - 1
      return { python: found[1]!, at: words[Math.min(before, words.length - 1)]!.span.start }
    }
  return undefined
}

const installsDistributionPython =
  /\b(?:apt|apt-get)\s+(?:-\S{1,200}\s+){0,20}install\b[^&|;]{0,2000}?\spython3(?:-(?:pip|venv|dev|full|minimal|distutils))?(?![\w.-])/

/** The Python 3 that each release of Ubuntu and Debian has in its own packages. */
const ofDistributions: readonly [RegExp, string][] = [
  [/(?:^|\/)ubuntu:(?:20\.04|focal)|ubuntu-?20\.?04/, '3.8'],
  [/(?:^|\/)ubuntu:(?:22\.04|jammy)|ubuntu-?22\.?04/, '3.10'],
  [/(?:^|\/)ubuntu:(?:24\.04|noble)|ubuntu-?24\.?04/, '3.12'],
  [/(?:^|\/)debian:(?:11|bullseye)/, '3.9'],
  [/(?:^|\/)debian:(?:12|bookworm)/, '3.11'],
  [/(?:^|\/)debian:(?:13|trixie)/, '3.13'],
]

function pythonOfDistribution(image: string): string | undefined {
  return ofDistributions.find(([pattern]) => pattern.test(image))?.[1]
}

/** A minor version and, unless it is a pre-release or a date, the patch behind it. */
const version = String.raw`3\.\d{1,2}(?!\d)(?:\.\d{1,2}(?![\w.]))?`
const pythonTag = new RegExp(`(?:^|[-_])(?:python-?)?(${version})`)
const otherTag = new RegExp(`(?:^|[-_])python-?(${version})|(?:^|[-_])py3(\\d{1,2})(?!\\w)`)

/**
 * `python:3.11-slim` of whichever registry, `uv:python3.12-bookworm`, `ubi9/python-311`, `ray:2.9.0-py310`. A tag like
 * `3` or `latest` names no version that stays.
 */
export function pythonOfImage(image: string): string | undefined {
  const [, name, tag = ''] = /(?:^|\/)([^/:@]+)(?::([^/@]*))?(?:@[^/]*)?$/.exec(image) ?? []
  const inName = /^python-3(\d{1,2})(?:-\D+)?$/.exec(name ?? '')?.[1]
  if (inName !== undefined) return `3.${inName}`
  if (name === 'python') return pythonTag.exec(tag)?.[1]
  const [, dotted, minor] = otherTag.exec(tag) ?? []
  return dotted ?? (minor === undefined ? undefined : `3.${minor}`)
}
