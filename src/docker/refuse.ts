import { TorchpinError } from '../errors.ts'
import { nearName } from '../text/near-name.ts'
import { frame, positionAt } from '../text/position.ts'
import type { Dockerfile } from './dockerfile.ts'

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

/**
 * Refuses what BuildKit would not build: a file without FROM, or with an instruction that there is not.
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
  if (stages.length === 0)
    throw new TorchpinError('FILE_UNREADABLE', `${path} has no FROM, so it is no Dockerfile`, {
      hint: 'give the path of a Dockerfile',
    })
}
