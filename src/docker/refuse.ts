import { TorchpinError } from '../contract/errors.ts'
import { type Dockerfile, excessOf } from '../project-files/dockerfile/dockerfile.ts'
import { nearName } from '../text/near-name.ts'
import { frame, positionAt } from '../text/position.ts'
import { installsOf } from './install.ts'

const keywords = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]

/** More than any Dockerfile has that a person wrote, in all stages together: rules hold each install against each command. */
const MOST_COMMANDS = 2_000
/** Of each is asked whether an earlier one has put there what it wants, and by which settings. */
const MOST_INSTALLS = 100
/** Of an ignore file, in characters. */
const LONGEST = 2 ** 18

/** @throws TorchpinError FILE_UNREADABLE for a text that is too long for a Dockerfile to be read at all */
export function refuseLong(text: string, path: string): void {
  const excess = excessOf(text)
  if (excess !== undefined) throw tooLarge(path, excess)
}

/** @throws TorchpinError FILE_UNREADABLE for an ignore file that is too long for its patterns to be held against paths */
export function refuseLongIgnoreFile(text: string, path: string): void {
  if (text.length > LONGEST)
    throw new TorchpinError('FILE_UNREADABLE', `${path} has more than ${LONGEST} characters, so it is not looked at`)
}

function tooLarge(path: string, what: string): TorchpinError {
  return new TorchpinError('FILE_UNREADABLE', `${path} has more than ${what}, so it is not looked at`, {
    hint: 'give the path of a Dockerfile, or divide it',
  })
}

/**
 * Refuses what BuildKit would not build: a file without FROM, or with an instruction that there is not; and what is too large to be
 * looked at.
 * @throws TorchpinError FILE_UNREADABLE
 */
export function refuseOthers({ source, instructions, stages }: Dockerfile, path: string): void {
  // Another frontend may have instructions of its own.
  const frontend = /^#[ \t]*syntax[ \t]*=[ \t]*(\S+)/im.exec(source)?.[1]
  const own = frontend === undefined || /^(?:docker\.io\/)?docker(?:-upstream)?\/dockerfile/.test(frontend)
  const unknown = instructions.find(({ keyword }) => !keywords.includes(keyword))
  if (unknown && own) {
    const { line, column } = positionAt(source, unknown.keywordSpan.start)
    const near = nearName(unknown.keyword, keywords)
    throw new TorchpinError(
      'FILE_UNREADABLE',
      `${path}:${line}:${column}: there is no such instruction in a Dockerfile\n${frame(source, unknown.keywordSpan)}`,
      near === undefined ? {} : { hint: `did you mean ${near}?` },
    )
  }
  const commands = stages
    .flatMap(({ steps }) => steps)
    .reduce((sum, step) => sum + ('commands' in step ? Math.max(1, step.commands.length) : 1), 0)
  if (commands > MOST_COMMANDS) throw tooLarge(path, `${MOST_COMMANDS} commands`)
  if (stages.flatMap(installsOf).length > MOST_INSTALLS) throw tooLarge(path, `${MOST_INSTALLS} installs`)
  if (stages.length === 0)
    throw new TorchpinError('FILE_UNREADABLE', `${path} has no FROM, so it is no Dockerfile`, {
      hint: 'give the path of a Dockerfile',
    })
}
