import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { exitCodeOf, TorchpinError } from '../contract/errors.ts'
import type { Environment } from '../files/environment.ts'
import { readRegular } from '../files/regular-file.ts'
import { describeError } from '../report/error.ts'
import { command } from '../report/github.ts'
import { keepComment, RefusedComment } from './comment.ts'
import { commandLine, type Inputs, readInputs } from './inputs.ts'
import { type Document, diffsIn, failureOf, type Outcome, outcomeOf } from './outcome.ts'
import { quoted, type Ran, type RunTorchpin, withoutRunner } from './run.ts'

/** Reports of a thousand files, with all their diffs. In bytes. */
const LARGEST_REPORT = 512 * 2 ** 20

/**
 * One step of a workflow: runs torchpin once, with annotations at the lines, and reports the outcome as outputs, in the
 * summary of the job and in a comment of the pull request. A comment that cannot be written fails nothing.
 *
 * @param environment what the runner sets: INPUT_*, GITHUB_*, RUNNER_TEMP
 * @param run runs torchpin: `runTorchpin`
 * @param log writes to the log, where the runner reads commands
 * @returns the exit code of the step: that of torchpin
 */
export async function action(environment: Environment, run: RunTorchpin, log: (text: string) => void): Promise<number> {
  try {
    return await step(readInputs(environment), environment, run, log)
  } catch (error) {
    const message =
      error instanceof TorchpinError
        ? [error.message, ...(error.hint ? [`hint: ${error.hint}`] : [])].join('\n')
        : describeError(error, { color: false, verbose: false, width: 120 }).trimEnd()
    log(command('error', { title: 'torchpin' }, message))
    return exitCodeOf(error)
  }
}

async function step(
  inputs: Inputs,
  environment: Environment,
  run: RunTorchpin,
  log: (text: string) => void,
): Promise<number> {
  const folder = await mkdtemp(join(environment['RUNNER_TEMP'] ?? tmpdir(), 'torchpin-'))
  const files = { json: join(folder, 'report.json'), markdown: join(folder, 'report.md') }
  const cwd = resolve(environment['GITHUB_WORKSPACE'] ?? '.', inputs.workingDirectory)
  const ran = await run(naming(commandLine(inputs, files), inputs.args), cwd, withoutRunner(environment))
  log(ran.stdout + quoted(ran.stderr))
  const outcome = ran.code <= 1 ? await readOutcome(inputs, ran, folder, files) : undefined
  if (!outcome) log(command('error', { title: `torchpin ${inputs.command}` }, ran.stderr.trim()))
  const reported = outcome ?? failureOf(inputs, ran)
  await append(environment['GITHUB_OUTPUT'], outputLines(reported))
  if (inputs.summary) await append(environment['GITHUB_STEP_SUMMARY'], `${reported.markdown}\n`)
  if (inputs.comment) await comment(inputs, environment, reported, log)
  return ran.code
}

/**
 * The files of a pull request may be anybody's, so they name no variable of the environment unless the workflow lets them, by
 * `--expand` in `args`. A flag goes before the settings of the repository. `ci check` has no such flag: it asks no index that a file
 * names by a variable of the environment.
 */
function naming([command = '', ...flags]: readonly string[], args: readonly string[]): string[] {
  const given = command === 'ci' || args.some(word => /^--expand(?:=|$)/.test(word))
  return [command, ...(given ? [] : ['--expand=none']), ...flags]
}

/** Undefined if there are no reports because the run broke off. */
async function readOutcome(
  inputs: Inputs,
  { code }: Ran,
  folder: string,
  files: { readonly json: string; readonly markdown: string },
): Promise<Outcome | undefined> {
  const json = await readRegular(files.json, LARGEST_REPORT).catch(() => undefined)
  if (json === undefined) return undefined
  const document: Document = JSON.parse(json.toString())
  const patch = await writePatch(join(folder, 'torchpin.patch'), document)
  const markdown = await readRegular(files.markdown, LARGEST_REPORT)
  return outcomeOf(inputs, code, { document, markdown: markdown.toString(), patch })
}

/** @returns the path, empty where nothing differs */
async function writePatch(path: string, document: Document): Promise<string> {
  const patch = diffsIn(document)
  if (patch === '') return ''
  await writeFile(path, patch)
  return path
}

/** Numbers, true and false, and the path of a file that is made here: no value has a line end. */
function outputLines({ outputs }: Outcome): string {
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

async function append(path: string | undefined, text: string): Promise<void> {
  if (path) await appendFile(path, text)
}

/** Only a run for a pull request has one to comment on. */
async function comment(
  inputs: Inputs,
  environment: Environment,
  outcome: Outcome,
  log: (text: string) => void,
): Promise<void> {
  const number = await pullRequestOf(environment['GITHUB_EVENT_PATH'])
  if (number === undefined) return
  const pull = {
    api: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
    repository: environment['GITHUB_REPOSITORY'] ?? '',
    number,
    token: inputs.token,
  }
  try {
    await keepComment(pull, markerOf(inputs), outcome)
  } catch (error) {
    log(command('warning', { title: 'torchpin' }, `the comment was not written: ${whyNot(error)}`))
  }
}

async function pullRequestOf(eventPath: string | undefined): Promise<number | undefined> {
  if (!eventPath) return undefined
  const event = JSON.parse((await readRegular(eventPath)).toString()) as { pull_request?: { number?: number } }
  return event.pull_request?.number
}

const laterInputs: ReadonlySet<string> = new Set(['against', 'maxGrowthDownload', 'maxGrowthInstalled'])

/** A hash of the inputs, so that each use of the action keeps a comment of its own. */
function markerOf({ token: _, summary: _summary, comment: _comment, ...asked }: Inputs): string {
  // Inputs that came later and are left out: a comment from before them is still ours.
  const text = JSON.stringify(asked, (key, value) => (value === '' && laterInputs.has(key) ? undefined : value))
  return `<!-- torchpin ${createHash('sha256').update(text).digest('hex').slice(0, 16)} -->`
}

function whyNot(error: unknown): string {
  if (error instanceof RefusedComment && (error.status === 403 || error.status === 404))
    return `${error.message} (${error.status})\nhint: give the job permissions: pull-requests: write; a pull request from a fork has a token that only reads`
  return error instanceof RefusedComment ? `${error.message} (${error.status})` : `${(error as Error).message}`
}
