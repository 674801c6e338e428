import type { Facts, Problem } from '../facts.ts'
import { gpuBaseOf, kindOf } from '../images.ts'

/** An image that starts from one with CUDA or ROCm. What a build stage starts from does not ship. */
export function* gpuBaseImage({ shipped }: Facts): Iterable<Problem> {
  const root = shipped[0]
  if (root?.image === undefined) return
  const because = gpuBaseOf(root.image)
  if (because === undefined) return
  yield {
    code: 'gpu-base-image',
    level: 'error',
    in: 'dockerfile',
    span: root.written.span,
    message: `the image starts from ${root.image}, which brings gigabytes for GPUs: ${because}`,
    hint: 'start from python:3.12-slim or the like',
  }
}

/** `FROM x as y`. */
export function* stageAsCasing({ dockerfile: { source, stages } }: Facts): Iterable<Problem> {
  for (const { from, as } of stages) {
    if (!as?.value || as.value !== source.slice(as.span.start, as.span.end)) continue
    const keyword = source.slice(from.keywordSpan.start, from.keywordSpan.end)
    const alike = keyword === keyword.toLowerCase() ? 'as' : 'AS'
    if (as.value === alike || (keyword !== keyword.toUpperCase() && keyword !== keyword.toLowerCase())) continue
    yield {
      code: 'stage-as-casing',
      level: 'info',
      in: 'dockerfile',
      span: as.span,
      message: `BuildKit warns where ${keyword} and ${as.value} are not written alike`,
      hint: `write ${alike}`,
      edits: [{ ...as.span, text: alike }],
    }
  }
}

/** conda and Pipenv, once each. */
export function* installerNotRead({ installs }: Facts): Iterable<Problem> {
  for (const tool of ['conda', 'pipenv'] as const) {
    const install = installs.find(found => found.tool === tool)
    if (!install) continue
    yield {
      code: 'installer-not-read',
      level: 'info',
      in: 'dockerfile',
      span: install.verb.span,
      message: `what ${tool} installs is not looked at`,
      hint: 'look into the image after the build: docker save IMAGE | torchpin audit -',
    }
  }
}

export function isPlainDebian(image: string | undefined): boolean {
  const kind = image === undefined ? undefined : kindOf(image)
  return kind === 'debian' || kind === 'python' || kind === 'uv'
}
