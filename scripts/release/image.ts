import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { output, run, works } from './command.ts'

/** What builds an image here; undefined where nothing does. A docker without a daemon does not. */
export function engine(): string | undefined {
  return (
    ['docker', 'podman'].find(name => works(name, ['info'])) ?? (works('buildah', ['info']) ? 'buildah' : undefined)
  )
}

/** Unpacks the tarball beside the Dockerfile: the image holds what npm publishes, and nothing of the checkout. */
export function makeContext(tarball: string, context: string): void {
  rmSync(context, { recursive: true, force: true })
  mkdirSync(context, { recursive: true })
  run('tar', ['-xzf', tarball, '-C', context])
  copyFileSync('scripts/release/Dockerfile', join(context, 'Dockerfile'))
}

/** Builds the image and has it say its version. @throws Error where that is another */
export function buildImage(builder: string, context: string, tag: string, version: string): void {
  const isolation = builder === 'buildah' ? ['--isolation', 'chroot'] : []
  run(builder, ['build', ...isolation, '--tag', tag, '--build-arg', `VERSION=${version}`, context])
  const seen = builder === 'buildah' ? buildahRuns(tag) : output(builder, ['run', '--rm', tag, '--version'])
  if (seen.trim() !== version) throw new Error(`the image is torchpin ${seen.trim()}, not ${version}`)
}

function buildahRuns(tag: string): string {
  const container = output('buildah', ['from', tag]).trim()
  try {
    return output('buildah', ['run', '--isolation', 'chroot', container, '--', 'torchpin', '--version'])
  } finally {
    run('buildah', ['rm', container])
  }
}
