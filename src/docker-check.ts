import { dirname, resolve } from 'node:path'
import { type DockerCode, dockerCodes } from './codes/docker.ts'
import { readContext } from './docker/context.ts'
import { readDockerfile, type Stage } from './docker/dockerfile.ts'
import { type EditedText, editedIgnore, mend, readEdited } from './docker/edited-text.ts'
import { type Facts, gatherFacts, type Problem } from './docker/facts.ts'
import { findDockerfile } from './docker/find.ts'
import { isSilenced } from './docker/ignore-comments.ts'
import { refuseLong, refuseOthers } from './docker/refuse.ts'
import { rules } from './docker/rules/rules.ts'
import { wheelsFor } from './docker-wheels.ts'
import { TorchpinError } from './errors.ts'
import { unifiedDiff } from './report/diff.ts'
import { encode } from './requirements/encoding.ts'
import { type FileChange, writeAll } from './requirements/write.ts'
import type { Finding } from './result.ts'
import { nearName } from './text/near-name.ts'
import { positionAt } from './text/position.ts'
import { withoutSecrets } from './text/secrets.ts'
import { version } from './version.ts'

/** What `checkDockerfile` can be told. */
export interface DockerCheckOptions {
  /** The build context; default: the folder of each Dockerfile. */
  readonly context: string | undefined
  /** Codes that are not told. */
  readonly ignore: readonly string[]
  /** Work out the files as they are with the safe fixes applied. */
  readonly fix: boolean
  /** Where relative paths start. */
  readonly cwd: string
}

/** Outcome of `docker check`, and word for word the JSON document that `--format json` prints. */
export interface DockerCheckResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  readonly files: readonly DockerFileResult[]
  /** No error and no warning remains. */
  readonly ok: boolean
}

/** One Dockerfile with its .dockerignore. */
export interface DockerFileResult {
  readonly path: string
  /** The Dockerfile or its .dockerignore changes. */
  readonly changed: boolean
  /** A patch for `git apply`; empty without `fix`, or where nothing changes. */
  readonly diff: string
  readonly findings: readonly DockerFinding[]
  readonly stages: readonly StageResult[]
}

/** Its line is that of the file as it is, before any fix. */
export interface DockerFinding extends Finding {
  readonly code: DockerCode
  /** Why it matters. */
  readonly reason: string
  /** There is a safe fix. */
  readonly fixable: boolean
  /** Gone once the diff is applied: by its own fix, or by that of another. */
  readonly fixed: boolean
}

/** One stage of a Dockerfile. */
export interface StageResult {
  /** After AS; null of a stage without a name. */
  readonly name: string | null
  /** The image or the stage it starts from; as written where that is not known. */
  readonly base: string
  /** 1-based line of its FROM. */
  readonly line: number
  /** Its layers are in the image. */
  readonly ships: boolean
}

/** What was found, and the files as they are to be. */
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
  const options: DockerCheckOptions = { context: undefined, ignore: [], fix: false, cwd: process.cwd(), ...given }
  for (const code of options.ignore) refuseUnknownCode(code)
  const texts = new Map<string, EditedText>()
  const files: DockerFileResult[] = []
  let ok = true
  for (const path of paths.length > 0 ? paths : ['.']) {
    const absolute = await findDockerfile(path, options.cwd)
    const first = await look(absolute, options, texts)
    const starts = new Map([...first.files.values()].map(file => [file, file.text]))
    const last = options.fix ? await lookAfterFixes(first, absolute, options, texts) : first
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

/** Writes what `checkDockerfile` mended: all files, or none. @throws TorchpinError */
export async function saveFixes({ rewritten }: DockerCheck): Promise<void> {
  await writeAll(rewritten)
}

/** What is to be said of a Dockerfile as it is at one time. */
interface Look {
  readonly facts: Facts
  readonly problems: readonly Problem[]
  /** The Dockerfile, and the ignore file where there is one. */
  readonly files: ReadonlyMap<Problem['in'], EditedText>
}

async function look(absolute: string, options: DockerCheckOptions, texts: Map<string, EditedText>): Promise<Look> {
  const { cwd } = options
  const file = texts.get(absolute) ?? (await readEdited(absolute, cwd))
  texts.set(absolute, file)
  refuseLong(file.text, file.path)
  const dockerfile = readDockerfile(file.text)
  refuseOthers(dockerfile, file.path)
  const folder = options.context === undefined ? dirname(absolute) : resolve(cwd, options.context)
  const context = await readContext(dockerfile, absolute, folder, cwd, path => texts.get(path)?.text)
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

/** More rounds than edits ever wait for each other. */
const ROUNDS = 10

/** Applies fixes until none is left: one may have to wait for another that touches the same place. */
async function lookAfterFixes(
  first: Look,
  absolute: string,
  options: DockerCheckOptions,
  texts: Map<string, EditedText>,
): Promise<Look> {
  let last = first
  for (let round = 0; round < ROUNDS; round++) {
    const mended = [...last.files].map(([where, file]) =>
      mend(
        file,
        last.problems.filter(problem => problem.in === where),
      ),
    )
    if (!mended.includes(true)) break
    last = await look(absolute, options, texts)
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
