import { dirname, resolve } from 'node:path'
import { dockerCodes } from '../contract/codes/docker.ts'
import { TorchpinError } from '../contract/errors.ts'
import type {
  DockerCheckResult,
  DockerFileResult,
  DockerFinding,
  StageResult,
} from '../contract/results/docker-check.ts'
import { version } from '../contract/version.ts'
import { encode } from '../files/encoding.ts'
import { type FileChange, writeAll } from '../files/write.ts'
import { readDockerfile, type Stage } from '../project-files/dockerfile/dockerfile.ts'
import { unifiedDiff } from '../text/diff.ts'
import { nearName } from '../text/near-name.ts'
import { positionAt } from '../text/position.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { contextsListedOnce, type ListContext, readContext } from './context.ts'
import { applyFixes, type EditedText, editedIgnore, givenText, readEdited } from './edited-text.ts'
import { type Facts, gatherFacts, isSilenced, type Problem } from './facts.ts'
import { findDockerfile } from './find.ts'
import { refuseLong, refuseOthers } from './refuse.ts'
import { rules } from './rules/rules.ts'
import { wheelsFor } from './wheels.ts'

/** Options of `checkDockerfile`. */
export interface DockerCheckOptions {
  /** The build context; default: the folder of each Dockerfile. */
  readonly context: string | undefined
  /** Codes that are not reported. */
  readonly ignore: readonly string[]
  /** Work out the files as they are with the safe fixes applied. */
  readonly fix: boolean
  /** Where relative paths start. */
  readonly cwd: string
  /** What to take for the text of each Dockerfile, in place of what is on the disk: one that stands in another file. */
  readonly text: string | undefined
}

/** The findings, and the files as they will be. */
export interface DockerCheck {
  readonly result: DockerCheckResult
  /** The files that change. Nothing is written yet: see `saveFixes`. */
  readonly rewritten: readonly FileChange[]
}

/**
 * Checks Dockerfiles and their .dockerignore files by the rules for small images with a CPU-only torch; writes nothing.
 * Reads no index and runs nothing.
 *
 * @param paths Dockerfiles, or folders that hold one; none: the Dockerfile or Containerfile of the current folder
 * @throws TorchpinError FILE_UNREADABLE for what is not there or is no Dockerfile, BAD_OPTION for a code that is none
 */
export async function checkDockerfile(
  paths: readonly string[] = [],
  given: Partial<DockerCheckOptions> = {},
): Promise<DockerCheck> {
  const options: DockerCheckOptions = {
    context: undefined,
    ignore: [],
    fix: false,
    cwd: process.cwd(),
    text: undefined,
    ...given,
  }
  for (const code of options.ignore) refuseUnknownCode(code)
  const texts = new Map<string, EditedText>()
  const check: Check = { options, texts, listed: contextsListedOnce() }
  const files: DockerFileResult[] = []
  let ok = true
  for (const path of paths.length > 0 ? paths : ['.']) {
    const absolute = await findDockerfile(path, options.cwd)
    const first = await look(absolute, check)
    const starts = new Map([...first.files.values()].map(file => [file, file.text]))
    const last = options.fix ? await lookAfterFixes(first, absolute, check) : first
    files.push(fileResult(first, last, starts))
    ok &&= last.problems.every(({ level }) => level === 'info')
  }
  return {
    result: { schema: 1, version, files, ok },
    rewritten: [...texts].flatMap(([absolute, { bytes, before, text, encoding }]) =>
      text === before ? [] : [{ absolute, before: bytes, after: encode(text, encoding) }],
    ),
  }
}

/** Writes what `checkDockerfile` fixed: all files, or none. @throws TorchpinError */
export async function saveFixes({ rewritten }: DockerCheck): Promise<void> {
  await writeAll(rewritten)
}

/** What all Dockerfiles of one check have in common. */
interface Check {
  readonly options: DockerCheckOptions
  /** Files as the fixes so far leave them, by absolute path. */
  readonly texts: Map<string, EditedText>
  readonly listed: ListContext
}

/** What the rules say of a Dockerfile in one round of fixes. */
interface Look {
  readonly facts: Facts
  readonly problems: readonly Problem[]
  /** The Dockerfile, and the ignore file where there is one. */
  readonly files: ReadonlyMap<Problem['in'], EditedText>
}

async function look(absolute: string, { options, texts, listed }: Check): Promise<Look> {
  const { cwd } = options
  const file =
    texts.get(absolute) ??
    (options.text === undefined ? await readEdited(absolute, cwd) : givenText(absolute, options.text, cwd))
  texts.set(absolute, file)
  refuseLong(file.text, file.path)
  const dockerfile = readDockerfile(file.text)
  refuseOthers(dockerfile, file.path)
  const folder = options.context === undefined ? dirname(absolute) : resolve(cwd, options.context)
  const textOf = (path: string) => texts.get(path)?.text
  const context = await readContext(dockerfile, { path: absolute, folder, cwd, listed, textOf })
  const { ignore } = context
  const ignored = ignore && (texts.get(ignore.absolute) ?? editedIgnore(ignore))
  if (ignored) texts.set(ignore.absolute, ignored)
  const facts = gatherFacts(dockerfile, context, await wheelsFor(dockerfile, context))
  const problems = rules
    .flatMap(rule => [...rule(facts)])
    .filter(problem => !options.ignore.includes(problem.code) && !isSilenced(problem, facts))
    .sort((a, b) => (a.in === b.in ? a.span.start - b.span.start : a.in === 'dockerfile' ? -1 : 1))
  return {
    facts,
    problems,
    files: new Map([['dockerfile', file], ...(ignored ? [['dockerignore', ignored] as const] : [])]),
  }
}

/** More rounds than any chain of edits needs. */
const ROUNDS = 10

/** Applies fixes in rounds until none is left: a fix waits for another that touches the same place. */
async function lookAfterFixes(first: Look, absolute: string, check: Check): Promise<Look> {
  let last = first
  for (let round = 0; round < ROUNDS; round++) {
    const applied = [...last.files].map(([where, file]) =>
      applyFixes(
        file,
        last.problems.filter(problem => problem.in === where),
      ),
    )
    if (!applied.includes(true)) break
    last = await look(absolute, check)
  }
  return last
}

function fileResult(first: Look, last: Look, starts: ReadonlyMap<EditedText, string>): DockerFileResult {
  const remains = (problem: Problem) => last.problems.some(other => isSame(problem, other))
  const appeared = last.problems.filter(problem => !first.problems.some(other => isSame(problem, other)))
  const finding = (problem: Problem, textOf: (file: EditedText) => string): DockerFinding => {
    const file = first.files.get(problem.in)!
    return {
      code: problem.code,
      level: problem.level,
      path: file.path,
      ...positionAt(textOf(file), problem.span.start),
      message: withoutSecrets(problem.message),
      hint: withoutSecrets(problem.hint),
      reason: dockerCodes[problem.code].why,
      fixable: problem.edits !== undefined,
      fixed: !remains(problem),
    }
  }
  const diffs = [...starts].map(([file, text]) => unifiedDiff(file.path, text, file.text, file.encoding))
  return {
    path: first.files.get('dockerfile')!.path,
    changed: diffs.some(diff => diff !== ''),
    diff: withoutSecrets(diffs.join('')),
    findings: [
      ...first.problems.map(problem => finding(problem, file => starts.get(file)!)),
      ...appeared.map(problem => finding(problem, ({ text }) => text)),
    ],
    stages: first.facts.dockerfile.stages.map(stage => stageResult(stage, first.facts)),
  }
}

function isSame(a: Problem, b: Problem): boolean {
  return a.code === b.code && a.message === b.message && a.in === b.in && !a.edits === !b.edits
}

function stageResult(stage: Stage, { dockerfile: { source }, shipped }: Facts): StageResult {
  const { name, written, parent, from } = stage
  return {
    name: name ?? null,
    base: parent?.name ?? written.value ?? source.slice(written.span.start, written.span.end),
    line: positionAt(source, from.span.start).line,
    ships: shipped.includes(stage),
  }
}

function refuseUnknownCode(code: string): void {
  const codes = Object.keys(dockerCodes)
  if (codes.includes(code)) return
  const near = nearName(code, codes)
  throw new TorchpinError('BAD_OPTION', `--ignore ${code}: docker check has no such code`, {
    hint: near === undefined ? 'torchpin explain lists them' : `did you mean ${near}?`,
    flag: 'ignore',
  })
}
