import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type DockerCode, dockerCodes } from './codes/docker.ts'
import { type BuildContext, readContext } from './docker/context.ts'
import { readDockerfile, type Stage } from './docker/dockerfile.ts'
import { type Facts, gatherFacts, type Problem, type WheelPythons } from './docker/facts.ts'
import { isSilenced } from './docker/ignore-comments.ts'
import { refuseOthers } from './docker/refuse.ts'
import { rules } from './docker/rules/rules.ts'
import { loadWheelPythons } from './docker-wheels.ts'
import { TorchpinError } from './errors.ts'
import { unifiedDiff } from './report/diff.ts'
import { decode, type Encoding, encode } from './requirements/encoding.ts'
import { type FileChange, writeAll } from './requirements/write.ts'
import type { Finding } from './result.ts'
import { applyEdits, type Edit } from './text/edits.ts'
import { nearName } from './text/near-name.ts'
import { positionAt } from './text/position.ts'
import { withoutSecrets } from './text/secrets.ts'
import { version } from './version.ts'
import { pathFrom } from './workspace/folders.ts'
import { dockerfilesOf } from './workspace/python.ts'

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
  readonly version: string
  readonly files: readonly DockerFileResult[]
  /** No error and no warning remains. */
  readonly ok: boolean
}

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
  /** The fix is in the diff. */
  readonly fixed: boolean
}

export interface StageResult {
  readonly name: string | null
  /** The image or the stage it starts from; as written where that is not known. */
  readonly base: string
  readonly line: number
  /** Its layers are in the image. */
  readonly ships: boolean
}

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
  const wheelPythons = await loadWheelPythons()
  const files: DockerFileResult[] = []
  const texts = new Map<string, EditedText>()
  let ok = true
  for (const path of paths.length > 0 ? paths : ['.']) {
    const found = await findDockerfile(path, options.cwd)
    const checked = await checkOne(found, options, wheelPythons, texts)
    files.push(checked.result)
    ok &&= checked.remaining.every(({ level }) => level === 'info')
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

/** A file of the run, as it is and as it will be. */
interface EditedText {
  readonly path: string
  readonly bytes: Uint8Array
  readonly encoding: Encoding
  readonly before: string
  text: string
}

/** What a look at a Dockerfile gave. */
interface Look {
  readonly facts: Facts
  readonly problems: readonly Problem[]
}

async function checkOne(
  absolute: string,
  options: DockerCheckOptions,
  wheelPythons: WheelPythons,
  texts: Map<string, EditedText>,
): Promise<{ result: DockerFileResult; remaining: readonly Problem[] }> {
  const { cwd, fix } = options
  const docker = texts.get(absolute) ?? (await readEdited(absolute, cwd))
  texts.set(absolute, docker)
  const folder = options.context === undefined ? dirname(absolute) : resolve(cwd, options.context)
  const look = async (): Promise<Look & { ignored: EditedText | undefined }> => {
    const dockerfile = readDockerfile(docker.text)
    refuseOthers(dockerfile, docker.path)
    const context = await readContext(dockerfile, absolute, folder, cwd, path => texts.get(path)?.text)
    const facts = gatherFacts(dockerfile, context, wheelPythons)
    return { facts, problems: problemsOf(facts, options.ignore), ignored: ignoreText(context, texts) }
  }
  const first = await look()
  const starts = new Map([docker, ...(first.ignored ? [first.ignored] : [])].map(file => [file, file.text]))
  let last = first
  // An edit may wait for another that touches the same place; each round leaves fewer.
  for (let round = 0; fix && round < ROUNDS; round++) {
    const changed = [
      mend(docker, last.problems, 'dockerfile'),
      last.ignored && mend(last.ignored, last.problems, 'dockerignore'),
    ]
    if (!changed.some(Boolean)) break
    last = await look()
  }
  const told = [
    ...first.problems,
    ...last.problems.filter(problem => !first.problems.some(other => isSame(problem, other))),
  ]
  const place = {
    docker,
    dockerText: starts.get(docker)!,
    ignored: first.ignored,
    ignoredText: first.ignored && starts.get(first.ignored)!,
  }
  return {
    remaining: last.problems,
    result: {
      path: docker.path,
      changed: [...starts].some(([file, text]) => file.text !== text),
      diff: withoutSecrets(
        [...starts].map(([file, text]) => unifiedDiff(file.path, text, file.text, file.encoding)).join(''),
      ),
      findings: told.map(problem => ({
        ...findingOf(problem, place),
        reason: dockerCodes[problem.code].why,
        fixable: problem.edits !== undefined,
        fixed: fix && problem.edits !== undefined && !last.problems.some(other => isSame(problem, other)),
      })),
      stages: first.facts.dockerfile.stages.map(stage => stageResult(stage, first.facts)),
    },
  }
}

const ROUNDS = 10

function problemsOf(facts: Facts, ignore: readonly string[]): Problem[] {
  const found = rules.flatMap(rule => [...rule(facts)])
  const order = (problem: Problem) => (problem.in === 'dockerfile' ? 0 : 1)
  return found
    .filter(problem => !ignore.includes(problem.code) && !isSilenced(problem, facts))
    .sort((a, b) => order(a) - order(b) || a.span.start - b.span.start)
}

/** Applies the edits of problems to a file, those left out that overlap one before; whether there were any. */
function mend(file: EditedText, problems: readonly Problem[], where: Problem['in']): boolean {
  const edits: Edit[] = []
  for (const problem of problems) {
    if (problem.in !== where || !problem.edits) continue
    const free = problem.edits.every(edit => edits.every(other => edit.end <= other.start || other.end <= edit.start))
    if (free) edits.push(...problem.edits)
  }
  if (edits.length === 0) return false
  file.text = applyEdits(file.text, edits)
  return true
}

function isSame(a: Problem, b: Problem): boolean {
  return a.code === b.code && a.message === b.message && a.in === b.in
}

interface Place {
  readonly docker: EditedText
  readonly dockerText: string
  readonly ignored: EditedText | undefined
  readonly ignoredText: string | undefined
}

function findingOf(
  problem: Problem,
  { docker, dockerText, ignored, ignoredText }: Place,
): Finding & { code: DockerCode } {
  const inIgnored = problem.in === 'dockerignore' && ignored
  const { line, column } = positionAt(inIgnored ? (ignoredText ?? '') : dockerText, problem.span.start)
  return {
    code: problem.code,
    level: problem.level,
    path: inIgnored ? ignored.path : docker.path,
    line,
    column,
    message: withoutSecrets(problem.message),
    hint: withoutSecrets(problem.hint),
  }
}

function stageResult({ name, written, parent, from }: Stage, { dockerfile, shipped }: Facts): StageResult {
  const { source, stages } = dockerfile
  return {
    name: name ?? null,
    base: parent?.name ?? written.value ?? source.slice(written.span.start, written.span.end),
    line: positionAt(source, from.span.start).line,
    ships: shipped.some(stage => stage.from === from && stages.includes(stage)),
  }
}

function ignoreText({ ignore }: BuildContext, texts: Map<string, EditedText>): EditedText | undefined {
  if (!ignore) return undefined
  const known = texts.get(ignore.absolute)
  if (known) return known
  const { path, absolute, bytes, encoding, rules } = ignore
  const text = { path, bytes, encoding, before: rules.text, text: rules.text }
  texts.set(absolute, text)
  return text
}

async function readEdited(absolute: string, cwd: string): Promise<EditedText> {
  const path = pathFrom(cwd, absolute)
  const bytes = await readFile(absolute).catch((cause: NodeJS.ErrnoException) => {
    throw new TorchpinError('FILE_UNREADABLE', `${path} cannot be read (${cause.code})`, { cause })
  })
  const decoded = decode(bytes)
  if ('problem' in decoded)
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${decoded.problem}`, { hint: decoded.hint })
  return { path, bytes, encoding: decoded.encoding, before: decoded.text, text: decoded.text }
}

/** The file that a path names; for a folder, the Dockerfile or Containerfile in it. */
async function findDockerfile(path: string, cwd: string): Promise<string> {
  const absolute = resolve(cwd, path)
  const found = await stat(absolute).catch(() => undefined)
  if (found && !found.isDirectory()) return absolute
  const folder = found ? absolute : dirname(absolute)
  const names = (await readdir(folder).catch((): string[] => [])).sort()
  const dockerfiles = dockerfilesOf({ path: folder, names })
  const [plain] = dockerfiles
  if (found && plain !== undefined) return join(folder, plain)
  const near = found ? undefined : (nearName(basename(absolute), names) ?? plain)
  throw new TorchpinError(
    'FILE_UNREADABLE',
    found ? `there is no Dockerfile in ${path === '.' ? 'this folder' : path}` : `${path} does not exist`,
    near === undefined
      ? { hint: 'torchpin docker init writes one' }
      : { hint: `did you mean ${pathFrom(cwd, join(folder, near))}?` },
  )
}

function refuseUnknownCode(code: string): void {
  const codes = Object.keys(dockerCodes)
  if (codes.includes(code)) return
  const near = nearName(code, codes)
  throw new TorchpinError('BAD_OPTION', `--ignore ${code}: docker check has no such code`, {
    hint: near === undefined ? 'torchpin explain lists them' : `did you mean ${near}?`,
  })
}
