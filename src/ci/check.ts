import { ciCodes } from '../contract/codes/ci.ts'
import { dockerCodes } from '../contract/codes/docker.ts'
import { TorchpinError } from '../contract/errors.ts'
import { type Options, resolveOptions } from '../contract/options.ts'
import type { CiCheckResult, CiFileResult, CiFinding } from '../contract/results/ci-check.ts'
import { version } from '../contract/version.ts'
import { encode } from '../files/encoding.ts'
import { repositoryOf } from '../files/folders.ts'
import { type FileChange, writeAll } from '../files/write.ts'
import { answersIn } from '../run/install-answers.ts'
import { unifiedDiff } from '../text/diff.ts'
import { applyEdits, type Edit } from '../text/edits.ts'
import { nearName } from '../text/near-name.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { type CommandFile, findCommandFiles } from './find.ts'
import { look } from './look.ts'
import type { Problem } from './problem.ts'
import { savingsOf } from './savings.ts'
import { type SourceFile, SourceFiles } from './source-files.ts'

/** The options of `ci check`: those of `check` about indexes, and what is told and done. */
export interface CiCheckOptions
  extends Pick<
    Options,
    | 'cpuIndexUrl'
    | 'indexUrl'
    | 'offline'
    | 'cacheDir'
    | 'exclude'
    | 'cwd'
    | 'environment'
    | 'signal'
    | 'onNotice'
    | 'onProgress'
  > {
  /** Codes that are not reported. */
  readonly ignore: readonly string[]
  /** Work out the files as they are with the fixes applied. */
  readonly fix: boolean
}

/** The findings, and the files as they will be. */
export interface CiCheck {
  readonly result: CiCheckResult
  /** The files that change. Nothing is written yet: see `saveCiFixes`. */
  readonly rewritten: readonly FileChange[]
}

/** Rounds of fixes: one that goes away may bring the next to light. */
const ROUNDS = 4

/**
 * Finds the install commands of workflows, actions, Dockerfiles, scripts and the like, and says which of them put CUDA on a
 * machine without a GPU. Writes nothing and runs nothing.
 *
 * @param paths files, or folders: what is below them; none: the current folder
 * @throws TorchpinError FILE_UNREADABLE for a path that is not there, BAD_OPTION for a code that is none
 */
export async function checkCi(paths: readonly string[] = [], given: Partial<CiCheckOptions> = {}): Promise<CiCheck> {
  const { ignore = [], fix = false, ...more } = given
  const options = resolveOptions(more)
  for (const code of ignore) refuseUnknownCode(code)
  const found = await findCommandFiles(paths, options.cwd, options.exclude)
  const root = await repositoryOf(options.cwd)
  const ask = answersIn(root, options)
  const round = async (texts: ReadonlyMap<string, string>) => {
    const files = new SourceFiles(root, options.cwd, texts)
    const seen = await look(found, files, { ask, options })
    return { ...seen, problems: seen.problems.filter(({ code }) => !ignore.includes(code)) }
  }
  const first = await round(new Map())
  const texts = new Map<string, string>()
  let last = first
  for (let i = 0; fix && i < ROUNDS; i++) {
    if (!applyFixes(last.problems, texts)) break
    last = await round(texts)
  }
  const files = resultsOf(first, last.problems, texts)
  return {
    result: {
      schema: 1,
      version,
      files,
      savings: savingsOf(first.problems),
      ok: last.problems.every(({ level }) => level === 'info'),
    },
    rewritten: [...first.sources.values()].flatMap(({ absolute, bytes, encoding, text }) => {
      const after = texts.get(absolute)
      return after === undefined || after === text ? [] : [{ absolute, before: bytes, after: encode(after, encoding) }]
    }),
  }
}

/** Writes what `checkCi` fixed: all files, or none. @throws TorchpinError */
export async function saveCiFixes({ rewritten }: CiCheck): Promise<void> {
  await writeAll(rewritten)
}

/** Applies the edits of problems to the texts, except those that touch an earlier one; whether there were any. */
function applyFixes(problems: readonly Problem[], texts: Map<string, string>): boolean {
  const edits = new Map<SourceFile, Edit[]>()
  for (const { file, edits: own } of problems) {
    if (!own || 'why' in file) continue
    const of = edits.get(file) ?? []
    edits.set(file, of)
    if (own.every(edit => of.every(other => isApart(edit, other)))) of.push(...own)
  }
  for (const [file, of] of edits) texts.set(file.absolute, applyEdits(file.text, of))
  return edits.size > 0
}

/** Two insertions at one place touch each other. */
function isApart(a: Edit, b: Edit): boolean {
  return (a.end <= b.start || b.end <= a.start) && !(a.start === b.start && a.end === b.end)
}

interface Seen {
  readonly problems: readonly Problem[]
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly commands: ReadonlyMap<string, number>
  readonly kinds: ReadonlyMap<string, CommandFile['kind']>
}

function resultsOf(
  { problems, sources, commands, kinds }: Seen,
  left: readonly Problem[],
  texts: ReadonlyMap<string, string>,
): CiFileResult[] {
  const remains = new Set(left.map(identity))
  const before = new Set(problems.map(identity))
  const news = left.filter(problem => !before.has(identity(problem)) && problem.level !== 'info')
  const byFile = new Map<string, CiFinding[]>()
  for (const problem of [...problems, ...news]) {
    const { absolute } = problem.file
    byFile.set(absolute, [...(byFile.get(absolute) ?? []), findingOf(problem, !remains.has(identity(problem)))])
  }
  return [...kinds].flatMap(([absolute, kind]) => {
    const findings = byFile.get(absolute) ?? []
    const source = sources.get(absolute)
    const path = source?.path ?? findings[0]?.path
    if (path === undefined) return []
    const after = texts.get(absolute)
    const diff =
      source && after !== undefined ? withoutSecrets(unifiedDiff(path, source.text, after, source.encoding)) : ''
    return [{ path, kind, commands: commands.get(absolute) ?? 0, changed: diff !== '', diff, findings }]
  })
}

const identity = ({ code, file, message, job }: Problem): string => [code, file.absolute, job, message].join('\n')

function findingOf(problem: Problem, gone: boolean): CiFinding {
  const { code, level, file, message, hint, edits, unfixed, job, python, saved, place } = problem
  const pages: Readonly<Record<string, { readonly why: string }>> = { ...dockerCodes, ...ciCodes }
  return {
    code,
    level,
    path: file.path,
    ...(place ?? {}),
    message: withoutSecrets(message),
    hint: withoutSecrets(hint),
    reason: pages[code]!.why,
    fixable: edits !== undefined,
    fixed: gone,
    ...(unfixed === undefined ? {} : { unfixed: withoutSecrets(unfixed) }),
    ...(job === undefined ? {} : { job }),
    ...(python === undefined ? {} : { python }),
    ...(saved === undefined ? {} : { saved }),
  }
}

function refuseUnknownCode(code: string): void {
  const codes = [...Object.keys(ciCodes), ...Object.keys(dockerCodes)]
  if (codes.includes(code)) return
  const near = nearName(code, codes)
  throw new TorchpinError('BAD_OPTION', `--ignore ${code}: ci check has no such code`, {
    hint: near === undefined ? 'torchpin explain lists them' : `did you mean ${near}?`,
    flag: 'ignore',
  })
}
