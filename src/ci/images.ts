import { dirname } from 'node:path'
import { type DockerCode, dockerCodes } from '../contract/codes/docker.ts'
import { TorchpinError } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import type { DockerFinding } from '../contract/results/docker-check.ts'
import { checkDockerfile, type DockerCheck } from '../docker/check.ts'
import { readYaml, type WrittenScalar } from '../project-files/yaml-nodes.ts'
import { blockIndentation, joinedScalar } from '../project-files/yaml-scalars.ts'
import type { Edit } from '../text/edits.ts'
import { positionAt } from '../text/position.ts'
import { namesGpu } from './machine.ts'
import type { Problem } from './problem.ts'
import type { SourceFile } from './source-files.ts'

/** The rules of `docker check` that are about what is installed. */
const aboutInstalls: readonly DockerCode[] = [
  'torch-without-cpu-index',
  'cpu-index-outranked',
  'gpu-index',
  'gpu-requirement',
  'torch-stable-page',
  'gpu-base-image',
]

const others = Object.keys(dockerCodes).filter(code => !(aboutInstalls as readonly string[]).includes(code))

/** What may be about torch; the rules are slower than a look at the text. */
const mayInstall = /\b(?:pip[\d.]*|uv|poetry|conda)\b/

/** What the rules of `docker check` say of the installs of a Dockerfile, with its fixes. */
export async function problemsOfDockerfile(file: SourceFile, options: Options): Promise<readonly Problem[]> {
  if (!mayInstall.test(file.text)) return []
  const answer = await checked(file, file.text, options)
  if ('why' in answer) return [notRead(file, answer.why)]
  const { found, after } = answer
  const because = whyForGpus(found, file)
  if (because !== undefined) return leftAlone(found, file, because)
  const edits = after === file.text ? undefined : [{ start: 0, end: file.text.length, text: after }]
  return found.map(finding => problemOf(finding, file, { line: finding.line ?? 1, column: finding.column ?? 1 }, edits))
}

/** The same of what a compose file has under `dockerfile_inline`. */
export async function problemsOfCompose(file: SourceFile, options: Options): Promise<readonly Problem[]> {
  if (!file.text.includes('dockerfile_inline') || !mayInstall.test(file.text)) return []
  const yaml = readYaml(file.text)
  if (!yaml) return []
  const problems: Problem[] = []
  for (const [name, service] of yaml.entries(yaml.at(yaml.root, 'services'))) {
    const scalar = yaml.scalarOf(yaml.at(service, 'build', 'dockerfile_inline'))
    const joined = scalar && joinedScalar(file.text, scalar)
    if (!joined) continue
    const answer = await checked(file, joined.text, options)
    if ('why' in answer) {
      problems.push({ ...notRead(file, answer.why), job: name })
      continue
    }
    const { found, after } = answer
    const because = whyForGpus(found, file)
    if (because !== undefined) {
      problems.push(...leftAlone(found, file, because))
      continue
    }
    const edits = after === joined.text ? undefined : blockEdit(file.text, scalar, joined.text, after)
    for (const finding of found) {
      const { line } = positionAt(file.text, joined.offsets[0] ?? scalar.start)
      const place = { line: line + (finding.line ?? 1) - 1, column: finding.column ?? 1 }
      problems.push({ ...problemOf(finding, file, place, edits), job: name })
    }
  }
  return problems
}

/** Why an image is for GPUs, as a clause: what it starts from, or its path. `docker check` is asked about images for CPUs alone. */
function whyForGpus(found: readonly DockerFinding[], { path }: SourceFile): string | undefined {
  if (found.some(({ code }) => code === 'gpu-base-image')) return 'the image starts from one for GPUs'
  return namesGpu(path) && !/cpu/i.test(path) ? 'its path says that it is for GPUs' : undefined
}

function leftAlone(found: readonly DockerFinding[], file: SourceFile, because: string): Problem[] {
  const [first] = found
  if (!first) return []
  const place = { line: first.line ?? 1, column: first.column ?? 1 }
  const hint = 'torchpin docker check tells what would make it an image for CPUs'
  return [{ code: 'ci-left-alone', level: 'info', file, place, message: `left alone: ${because}`, hint }]
}

/** That a Dockerfile is left out: one among many does not end the run. */
function notRead(file: SourceFile, why: string): Problem {
  const hint = 'docker build may refuse it too; torchpin docker check tells more'
  return { code: 'ci-file-not-read', level: 'warning', file, message: `it is not read: ${why}`, hint }
}

/** What the rules find, and the text with their fixes; or why it cannot be read. */
type Checked = { readonly found: readonly DockerFinding[]; readonly after: string } | { readonly why: string }

async function checked(file: SourceFile, text: string, { cwd }: Options): Promise<Checked> {
  const context = dirname(file.absolute)
  const asked = { ignore: others, cwd, context, fix: true, text }
  const answer = await checkDockerfile([file.absolute], asked).catch((error: unknown) => {
    if (!(error instanceof TorchpinError) || error.code === 'INTERRUPTED') throw error
    return { why: error.message.split('\n', 1)[0]! }
  })
  if ('why' in answer) return answer
  const { result, rewritten }: DockerCheck = answer
  const change = rewritten.find(({ absolute }) => absolute === file.absolute)
  const after = change ? Buffer.from(change.after).toString('utf8') : text
  return { found: result.files.flatMap(({ findings }) => findings), after }
}

function problemOf(
  finding: DockerFinding,
  file: SourceFile,
  place: NonNullable<Problem['place']>,
  edits: readonly Edit[] | undefined,
): Problem {
  const { code, level, message, hint = '', fixed } = finding
  return {
    code,
    level,
    file,
    place,
    message,
    hint,
    ...(fixed && edits ? { edits } : { unfixed: 'no edit is known to work' }),
  }
}

/** Puts another text into a literal block, at its indentation; of any other scalar none. */
function blockEdit(source: string, scalar: WrittenScalar, before: string, after: string): Edit[] | undefined {
  if (scalar.style !== 'literal' || scalar.isShared || source.includes('\r')) return undefined
  const indentation = ' '.repeat(blockIndentation(source, scalar))
  const start = source.indexOf('\n', scalar.start) + 1
  const end = scalar.end
  const lines = (text: string) =>
    text
      .replace(/\n$/, '')
      .split('\n')
      .map(line => (line === '' ? '' : indentation + line))
      .join('\n')
  const written = source.slice(start, end)
  const at = written.indexOf(lines(before))
  return at < 0 ? undefined : [{ start: start + at, end: start + at + lines(before).length, text: lines(after) }]
}
