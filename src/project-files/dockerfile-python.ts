import { commandsOf } from '../workspace/script.ts'
import type { StatedPython } from './python-facts.ts'

/** A stage of a build, as far as it has been read. */
interface Stage {
  /** The distribution's own Python, which counts once a command installs it. */
  readonly ofDistribution: StatedPython | undefined
  readonly values: Map<string, string>
  python: StatedPython | undefined
}

/**
 * The Python of the image that a Dockerfile builds: of its last stage, through the stages that one starts from; where
 * those say nothing, of the last stage that does. The base image states it (`FROM python:3.11-slim`), or a command that
 * brings another (`uv python install 3.12`, `apt-get install python3.11`, `conda create python=3.10`).
 */
export function pythonOfDockerfile(text: string): StatedPython | undefined {
  const defaults = new Map<string, string>()
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  let lastThatSays: StatedPython | undefined
  for (const { text: instruction, lineOf } of commandsOf(text)) {
    const line = lineOf(instruction.search(/\S/))
    readValues(instruction, stage ? [stage.values, defaults] : [defaults])
    const [, image, name] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(instruction) ?? []
    if (image !== undefined) {
      const from = substitute(image, [defaults])
      const stated = (python: string | undefined) => (python === undefined ? undefined : { python, line })
      const { python, ofDistribution } = stages.get(from.toLowerCase()) ?? {
        python: stated(pythonOfImage(from)),
        ofDistribution: stated(pythonOfDistribution(from)),
      }
      stage = { python, ofDistribution, values: new Map() }
      if (name !== undefined) stages.set(name.toLowerCase(), stage)
    } else if (stage && /^\s*(?:RUN|ENV)\s/i.test(instruction)) {
      const command = substitute(instruction, [stage.values, defaults])
      const brought = broughtBy(command)
      if (brought !== undefined) stage.python = { python: brought.python, line: lineOf(brought.at) }
      else if (installsDistributionPython.test(command)) stage.python ??= stage.ofDistribution
    }
    lastThatSays = stage?.python ?? lastThatSays
  }
  return lastThatSays
}

/** Where a variable may have a value, the nearest first. */
type Scopes = readonly ReadonlyMap<string, string>[]

/** Notes what ARG and ENV set. Only an ARG before the first stage can be part of an image's name. */
function readValues(instruction: string, scopes: readonly [Map<string, string>, ...Scopes]): void {
  const given = /^\s*(?:ARG|ENV)\s+(.*)/i.exec(instruction)?.[1]
  if (given === undefined) return
  for (const [, name, value] of given.matchAll(/\b(\w+)=("[^"]*"|'[^']*'|\S*)/g))
    scopes[0].set(name!, substitute(value!.replace(/^(["'])(.*)\1$/, '$2'), scopes))
}

const bringsPython: readonly RegExp[] = [
  /\buv\s+python\s+install\s+(?:-\S{1,200}\s+){0,20}["']?(?:c?python[-@]?)?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\buv\s+(?:venv|sync|run|pip\s+(?:install|sync))\b[^&|;]{0,2000}?\s(?:-p|--python)[\s=]["']?(?:\S*python)?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\bUV_PYTHON[=\s]["']?(?:python)?(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\b(?:apt|apt-get|dnf|yum|microdnf)\s+(?:-\S{1,200}\s+){0,20}install\b[^&|;]{0,2000}?\spython(3\.\d{1,2})(?:-\w+)?(?![\w.])/,
  /\b(?:conda|mamba|micromamba)\s+(?:create|install)\b[^&|;]{0,2000}?\s["']?python={1,2}(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
  /\bpyenv\s+(?:install|global|local)\s+(?:-\S{1,200}\s+){0,20}(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w.])/,
]

/** The Python that a command brings into the image, and where in the command it says so. */
function broughtBy(command: string): { python: string; at: number } | undefined {
  for (const pattern of bringsPython) {
    const found = pattern.exec(command)
    if (found) return { python: found[1]!, at: found.index }
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

/** Characters of a value that is put in; each ARG may have that of the one before in it twice. */
const LONGEST_VALUE = 1_000

/** `$NAME`, `${NAME}`, `${NAME:-value}`, `${NAME:+value}` as Docker has them; what has no value, or a very long one, is empty. */
function substitute(text: string, scopes: Scopes): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]{0,255}))?\})/g,
    (_, plain: string | undefined, braced: string, operator: string | undefined, word: string) => {
      const name = plain ?? braced
      const known = scopes.find(values => values.has(name))?.get(name) ?? ''
      const value = known.length > LONGEST_VALUE ? '' : known
      if (operator === '-') return value || word
      return operator === '+' ? value && word : value
    },
  )
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
