import { addOptions, replaceInWord, replaceOption } from '../docker/command-edits.ts'
import { lineEndingOf } from '../docker/edited-text.ts'
import type { Platform } from '../packaging/target.ts'
import { compareVersions, parseVersion } from '../packaging/version.ts'
import type { InstallCommand } from '../project-files/commands/install-command.ts'
import { type CommandOption, optionsNamed } from '../project-files/commands/options.ts'
import type { Answer, Asked } from '../run/install-answers.ts'
import type { Edit } from '../text/edits.ts'
import { torchFamily } from '../torch/family.ts'
import { indexesOf, type Question } from './ask.ts'
import type { Script } from './job.ts'
import { backendOf } from './judge.ts'

/** A command that brings CUDA, and all the Pythons for which it is one fix. */
export interface Broken {
  readonly kind: 'cuda' | 'gpu-build'
  readonly script: Script
  readonly install: InstallCommand
  readonly question: Question
  readonly pythons: readonly string[]
  readonly platform: Platform
  /** Where else it runs. */
  readonly otherPlatforms: readonly Platform[]
  /** The requirements file that brings it, if none of the words does. */
  readonly file: string | undefined
  readonly isTool: boolean
}

/** Edits of the file of the script, or why there are none, as a clause. */
export type Fixing = { readonly edits: readonly Edit[] } | { readonly because: string }

/** What working out a fix asks. */
export interface Workshop {
  readonly ask: (asked: Asked) => Promise<Answer>
  readonly cpuIndexUrl: string
}

/**
 * Works out what makes a command take CPU builds. Each edit is held against the resolver: what the command asks for then brings
 * no CUDA.
 *
 * `uv pip` gets `--torch-backend cpu`. An install of the torch family alone by pip gets `--index-url`; before any other goes a
 * command that installs the pinned family from the index of CPU builds, which the other finds satisfied. An index, a label or a
 * backend for GPUs gives way to that for CPUs.
 */
export async function fixFor(broken: Broken, workshop: Workshop): Promise<Fixing> {
  const because = whyNot(broken)
  if (because !== undefined) return { because }
  if (broken.kind === 'gpu-build') return switched(broken, workshop)
  if (broken.install.tool === 'uv pip') return withBackend(broken)
  if (isFamilyAlone(broken)) return withIndex(broken, workshop.cpuIndexUrl)
  return withLineBefore(broken, workshop)
}

const movers = ['-U', '--upgrade', '--force-reinstall', '-I', '--ignore-installed']
const elsewhere = ['-t', '--target', '--prefix', '--root', '--dry-run']

/** What keeps hands off a command, whatever the edit. */
function whyNot({ script, install, question, file, isTool }: Broken): string | undefined {
  const { options, command, verb } = install
  const has = (...names: string[]) => optionsNamed(options, ...names).at(0)?.name
  if (script.locked !== undefined) return script.locked
  if (command.conditional) return 'whether it runs is known only when it runs'
  if (file !== undefined) return `torchpin rewrite ${file} pins it there`
  const barred = has('--no-deps', '--require-hashes', '--no-index')
  if (barred !== undefined) return `it has ${barred}`
  if (install.tool === 'pip' && !isTool) {
    const option = has(...movers, ...elsewhere)
    if (option !== undefined) return `it has ${option}`
    if (verb.value !== 'install') return `pip ${verb.value} looks at nothing that is installed`
  }
  if (install.tool === 'uv') return 'uv has no option for it here'
  if (isTool && install.tool === 'pip') return 'pipx hands options on in one word: --pip-args'
  // A backend is right whatever else is asked for; a pin may not be.
  if (question.open !== undefined && (install.tool !== 'uv pip' || question.open.stops)) return question.open.because
  return verb.value === undefined ? 'its words are known only when it runs' : undefined
}

/** The first uv with `--torch-backend`. */
const firstWithBackend = parseVersion('0.6.9')!

/** Whether the uv of a file knows the option, as far as the file says which one it is. */
function knowsBackend(text: string): boolean {
  const release = /(?:\buv==|astral\.sh\/uv\/|astral-sh\/uv:)(\d{1,4}(?:\.\d{1,4}){1,2})\b/g
  const named = [...text.matchAll(release)].map(([, version]) => version!)
  return [...named, ...versionsOfSetupUv(text)].every(
    version => compareVersions(parseVersion(version)!, firstWithBackend) >= 0,
  )
}

/** What the inputs of `astral-sh/setup-uv` name, which stand on the lines behind it. */
function versionsOfSetupUv(text: string): string[] {
  const lines = text.split('\n')
  const inputs = lines.flatMap((line, i) => (line.includes('setup-uv@') ? lines.slice(i + 1, i + 8) : []))
  return inputs.flatMap(line => /^[ \t]*(?:uv-)?version:[ \t]*["']?(\d{1,4}(?:\.\d{1,4}){1,2})\b/.exec(line)?.[1] ?? [])
}

function withBackend({ script, install, question }: Broken): Fixing {
  if (!knowsBackend(script.file.text)) return { because: 'the uv that the file names is older than --torch-backend' }
  if (indexesOf(install).some(index => !index || /^https?:/.test(index.url)))
    return { because: 'it names indexes of its own' }
  const held = optionsNamed(install.options, '--torch-backend')[0]
  if (held) return { edits: [replaceOption(install, held, '--torch-backend', 'cpu')] }
  return question.isConstrained
    ? { because: 'a file of constraints may hold torch at a release that the index of CPU builds lacks' }
    : { edits: [addOptions(install, '--torch-backend', 'cpu')] }
}

/** Whether a pip install names projects of the torch family and nothing else, and no index. */
function isFamilyAlone({ install, question }: Broken): boolean {
  return (
    install.tool === 'pip' &&
    question.names.length > 0 &&
    question.names.length === question.text.trim().split('\n').length &&
    question.names.every(name => torchFamily.has(name)) &&
    !question.isConstrained
  )
}

/** The same command with the index of CPU builds: behind its verb, in a call as its first arguments. */
function withIndex({ install, script }: Broken, cpuIndexUrl: string): Fixing {
  if (script.addition.by !== 'call') return { edits: [addOptions(install, '--index-url', cpuIndexUrl)] }
  const [first] = install.command.words.slice(2)
  if (!first) return { because: 'it stands where nothing can be added' }
  const { start } = first.span
  return { edits: [{ start, end: start, text: `"--index-url", "${cpuIndexUrl}", ` }] }
}

/** Options that the command before has too: where pip installs, and what it says. */
const carried =
  /^(?:--user|--no-cache-dir|--break-system-packages|-q|--quiet|-qq|--disable-pip-version-check|--no-warn-script-location|--no-input)$/

async function withLineBefore(broken: Broken, { ask, cpuIndexUrl }: Workshop): Promise<Fixing> {
  const { script, install, question, pythons, platform, otherPlatforms } = broken
  const answer = await ask({ text: question.text, pythons, platform })
  if (answer.kind !== 'cuda' || answer.pins.length === 0)
    return { because: 'no one set of CPU builds goes with all the Pythons that it runs on' }
  const lines = `--index-url ${cpuIndexUrl}\n${answer.pins.join('\n')}\n`
  for (const other of otherPlatforms)
    if ((await ask({ text: lines, pythons, platform: other })).kind !== 'clean')
      return { because: `${other}, where it runs too, has no such CPU builds` }
  const { source, start } = lead(broken)
  if (source === undefined) return { because: 'a variable gives its program' }
  const kept = install.options.filter(({ name }) => carried.test(name)).map(({ name }) => name)
  const words = [...kept, ...answer.pins, '--index-url', cpuIndexUrl]
  const edit = added(script, start, `${source} ${words.join(' ')}`, words)
  return edit ? { edits: [edit] } : { because: 'it stands where no line can be added' }
}

/** The command up to its verb, as it is written. */
function lead({ script, install: { command, verb } }: Broken): {
  readonly source: string | undefined
  readonly start: number
} {
  const { start } = command.span
  if (script.addition.by === 'call') return { source: '', start }
  const source = script.file.text.slice(start, verb.span.end)
  const isPlain = verb.span.end > start && !/[\r\n`]|\$\{\{|\$\(/.test(source) && source.length < 300
  if (isPlain) return { source, start }
  // Over several lines it is written anew, where its words need no quotes.
  const words = [...command.prefix, ...command.words]
  const until = words.slice(0, words.indexOf(verb) + 1).map(({ value }) => value ?? '$')
  return { source: until.every(value => /^[\w./=+-]+$/.test(value)) ? until.join(' ') : undefined, start }
}

/** Puts a command before the one that starts at an offset. */
function added(
  { file: { text }, addition }: Script,
  start: number,
  command: string,
  words: readonly string[],
): Edit | undefined {
  const ending = lineEndingOf(text)
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const before = text.slice(lineStart, start)
  const inLine: Edit = { start, end: start, text: `${command} && ` }
  const before_ = (at: number, line: string): Edit => ({ start: at, end: at, text: line + ending })
  switch (addition.by) {
    case 'line': {
      const isContinued = /\\\r?\n$/.test(text.slice(Math.max(0, lineStart - 3), lineStart))
      return /^[@+-]{0,3}$/.test(before.trim()) && !isContinued ? before_(lineStart, before + command) : inLine
    }
    case 'block': {
      const { scalar, indentation } = addition
      if (start !== scalar.start) return inLine
      return {
        start: scalar.start,
        end: scalar.start,
        text: `|${ending}${indentation}${command}${ending}${indentation}`,
      }
    }
    case 'item':
      return /^[ \t]*-[ \t]+["']?$/.test(before) ? before_(addition.lineStart, addition.lead + command) : inLine
    case 'call':
      return before_(addition.lineStart, `${addition.lead}${words.map(word => `"${word}"`).join(', ')})`)
    case 'and':
      return inLine
  }
}

/** The same command with what is for CPUs in the place of what is for GPUs. */
async function switched({ install, question, script, pythons, platform }: Broken, { ask }: Workshop): Promise<Fixing> {
  const { text: source } = script.file
  const edits: Edit[] = []
  const backend = backendOf(install)
  const option = optionsNamed(install.options, '--torch-backend')[0]
  if (backend !== undefined && backend !== 'cpu') {
    if (!option) return { because: 'a variable names the backend' }
    edits.push(replaceOption(install, option, '--torch-backend', 'cpu'))
  }
  for (const given of install.options) {
    const url = indexOptionUrl(given)
    const other = url === undefined ? undefined : forCpu(url)
    if (url === undefined || other === url) continue
    const edit = given.value && replaceInWord(source, { ...given.value, value: url }, other!)
    if (!edit) return { because: 'a variable names the index' }
    edits.push(edit)
  }
  for (const word of install.named) {
    const other = word.value === undefined ? undefined : withCpuLabel(word.value)
    if (word.value === undefined || other === word.value) continue
    const edit = replaceInWord(source, word, other!)
    if (!edit) return { because: 'a variable gives the build' }
    edits.push(edit)
  }
  if (edits.length === 0) return { because: 'a variable or a setting names the index' }
  const text = question.text
    .split('\n')
    .map(line => forCpu(withCpuLabel(line)))
    .join('\n')
  const answer = await ask({ text, pythons, platform })
  if (answer.kind === 'unknown') return { because: `for CPUs it may not be there: ${answer.because}` }
  return { edits }
}

function indexOptionUrl({ name, text }: CommandOption): string | undefined {
  return /^(?:-i|-f|--index-url|--pypi-url|--extra-index-url|--find-links|--index|--default-index)$/.test(name)
    ? text
    : undefined
}

const forCpu = (url: string) =>
  url.replace(/(\/whl\/(?:nightly\/|test\/)?)(?:cu\d{2,3}|rocm[\d.]+|xpu)(?=\/|$)/, '$1cpu')
const withCpuLabel = (word: string) =>
  word.replace(/^((?:torch|torchvision|torchaudio|torchtext)={2,3}[\w.]+)\+(?:cu\d{2,3}|rocm[\d.]+|xpu)$/i, '$1+cpu')
