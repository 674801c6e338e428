import type { SystemPackage } from '../system-libraries.ts'
import type { EntryPoint } from './entry-points/entry-point.ts'
import type { Image } from './image.ts'
import type { ImageInstall } from './install.ts'
import { type InstallSteps, installSteps } from './install-steps.ts'
import { comment, environment, jsonForm, oneLine, run } from './instructions.ts'
import type { Note, Place } from './notes.ts'
import type { Write } from './writes.ts'

export interface Dockerfile {
  readonly text: string
  /** What it copies from the context; `.` is all of it. */
  readonly copies: readonly string[]
}

/** The user that the image runs as: a number, so that Kubernetes can tell that it is not root. */
const USER = 10001

/** Writes a Dockerfile of two stages: one that installs into a virtual environment, and one that has what is needed to run. */
export function dockerfileOf(image: Image): Dockerfile {
  const { base, read, system, install, entry, port, writes } = image
  const steps = installSteps(image)
  const blocks = [
    '# syntax=docker/dockerfile:1',
    ['# Written by torchpin docker init from what it read:', ...read.map(line => `#   ${oneLine(line)}`)].join('\n'),
    notesAt(image, 'base'),
    `# What only the installation needs stays in this stage.\nFROM ${base} AS builder`,
    apt(system.filter(({ stage }) => stage === 'build')),
    notesAt(image, 'install'),
    notesAt(image, 'torch'),
    ...steps.blocks,
    proof(image, steps),
    `# The image: the same Python, what was installed, and the sources.\nFROM ${base} AS runtime`,
    environment({
      ...(steps.installs ? { PATH: '/opt/venv/bin:$PATH' } : {}),
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      ...entry?.environment,
    }),
    unknownLibraries(install),
    apt(system.filter(({ stage }) => stage === 'run')),
    run(`useradd --no-log-init --create-home --uid ${USER} app`),
    [
      'WORKDIR /app',
      ...(writes.length > 0 ? [owned(writes)] : []),
      ...(steps.installs ? ['COPY --from=builder /opt/venv /opt/venv'] : []),
      ...(steps.needsSources ? [writes.length > 0 ? 'COPY --chown=app:app . .' : 'COPY . .'] : []),
    ].join('\n'),
    `USER ${USER}`,
    [notesAt(image, 'start'), ...(port === undefined ? [] : [`EXPOSE ${port}`]), command(entry)]
      .filter(Boolean)
      .join('\n'),
  ]
  return {
    text: `${blocks.filter(block => block !== '').join('\n\n')}\n`,
    copies: [...new Set([...steps.copies, ...(steps.needsSources ? ['.'] : [])])],
  }
}

function notesAt({ notes }: Image, place: Place): string {
  return notes
    .filter(note => note.place === place)
    .map(note => noteComment(note))
    .join('\n')
}

/** A note as it stands in a Dockerfile. */
export function noteComment({ code, message, hint }: Note): string {
  return comment(`${message.startsWith('torchpin ') ? '' : 'torchpin: '}${message}: ${hint} (torchpin explain ${code})`)
}

/** One layer, which leaves no package lists behind. */
function apt(packages: readonly SystemPackage[]): string {
  if (packages.length === 0) return ''
  const names = packages.map(({ package: name }) => name).sort()
  const reasons = new Map<string, string[]>()
  for (const { package: name, project, because } of packages) {
    const reason = `${project} ${because}`
    reasons.set(reason, [...(reasons.get(reason) ?? []), name])
  }
  return [
    ...[...reasons].map(([reason, of]) => comment(`${of.join(', ')}: ${reason}.`)),
    '# The base image fixes the Debian release, which keeps no older builds that a pin could name.',
    '# hadolint ignore=DL3008',
    `RUN apt-get update \\\n    && apt-get install -y --no-install-recommends ${names.join(' ')} \\\n    && rm -rf /var/lib/apt/lists/*`,
  ].join('\n')
}

function unknownLibraries({ needs, source }: ImageInstall): string {
  if (needs.complete || source === '') return ''
  return comment(
    `Does something that ${source} brings along need a system library? Only what it names itself was looked at; add the Debian package here.`,
  )
}

function proof({ install: { needs }, cpu }: Image, { installs }: InstallSteps): string {
  if (needs.torch.state === 'none' || !installs || !cpu.proved) return ''
  return [
    '# The build fails here if a CUDA build of torch came along after all.',
    run('python -c "import torch; assert torch.version.cuda is None, torch.__version__"'),
  ].join('\n')
}

/** The folder and what is copied into it belong to root otherwise, and the user of the image may write nothing there. */
function owned(writes: readonly Write[]): string {
  const places = writes.map(({ what, source }) => `${what} in ${source}`).join(', ')
  return `${comment(
    `/app belongs to the user of the image, since the application writes there (${places}). What it writes is gone with the container unless a volume is mounted there.`,
  )}\n${run('chown app:app /app')}`
}

function command(entry: EntryPoint | undefined): string {
  return `CMD ${jsonForm(entry?.command ?? ['python', '-c', "raise SystemExit('the Dockerfile does not say yet what to start: replace its CMD')"])}`
}
