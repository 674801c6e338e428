import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uvVersion } from '../../src/docker/init/choices.ts'
import type { DebianRelease } from '../../src/docker/system-libraries.ts'
import { Lacking, lastLines, output, run } from './command.ts'
import type { Engine } from './engine.ts'
import { CERTIFICATES, type Network } from './network.ts'

/** A Debian release whose Python an image of `python:` is made of. */
export interface Base {
  readonly release: DebianRelease
  readonly python: string
  /** The name that Dockerfiles have. */
  readonly image: string
}

/** The one that small repositories get, which is also what `docker init` chooses; and that of the service with the real torch. */
export const bases: readonly [Base, Base] = [
  { release: 'trixie', python: '3.13', image: 'python:3.13-slim-trixie' },
  { release: 'bookworm', python: '3.11', image: 'python:3.11-slim-bookworm' },
]

/** What an image of `python:` has beside Debian itself. */
const packages = 'ca-certificates,netbase,tzdata,python3,python3-venv,python3-pip'

/**
 * Makes an image under the name of an official one, from Debian's packages: its Python is where theirs is, and nothing keeps
 * pip from installing into it. It trusts what this machine trusts, and the stand-in.
 *
 * @param archive a tar of what debootstrap made before; none: it is run
 */
export async function makePythonImage(
  { release, python, image }: Base,
  engine: Engine,
  network: Network,
  archive: string | undefined,
): Promise<void> {
  const folder = join(engine.place.cwd, `base-${release}`)
  const root = join(folder, 'root')
  mkdirSync(root, { recursive: true })
  if (archive) await output('tar', ['-xpf', archive, '-C', root], engine.place)
  else await debootstrap(release, root, engine)
  for (const left of ['var/cache/apt/archives', 'var/lib/apt/lists', 'var/log', 'usr/share/doc', 'usr/share/man'])
    for (const entry of readdirSync(join(root, left))) rmSync(join(root, left, entry), { recursive: true })
  rmSync(join(root, `usr/lib/python${python}/EXTERNALLY-MANAGED`), { force: true })
  for (const name of ['python', 'python3', `python${python}`])
    symlinkSync(`/usr/bin/python${python}`, join(root, 'usr/local/bin', name))
  writeFileSync(join(root, CERTIFICATES), network.certificates)
  await output('tar', ['-cpf', 'root.tar', '-C', 'root', '.'], { ...engine.place, cwd: folder })
  rmSync(root, { recursive: true })
  const variables = Object.entries(network.imageEnvironment).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  await makeImage(folder, image, engine, [
    'ADD root.tar /',
    `ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 ${variables.join(' ')}`,
    'CMD ["python3"]',
  ])
}

/** @throws Lacking where Debian's packages cannot be had */
async function debootstrap(release: DebianRelease, root: string, { place }: Engine): Promise<void> {
  const words = ['--variant=minbase', `--include=${packages}`, release, root]
  const { code, stdout, stderr } = await run('debootstrap', words, place)
  if (code !== 0) throw new Lacking(`debootstrap ${release} fails\n${lastLines(stdout + stderr, 3)}`)
}

/** Makes the image that uv is copied from, of the programs in its wheel. @param programs the folder that holds them */
export async function makeUvImage(programs: string, engine: Engine): Promise<void> {
  const folder = join(engine.place.cwd, 'base-uv')
  mkdirSync(folder)
  for (const name of ['uv', 'uvx']) copyFileSync(join(programs, name), join(folder, name))
  await makeImage(folder, `ghcr.io/astral-sh/uv:${uvVersion}`, engine, ['COPY uv uvx /'])
}

async function makeImage(folder: string, image: string, engine: Engine, lines: readonly string[]): Promise<void> {
  writeFileSync(join(folder, 'Dockerfile'), ['FROM scratch', ...lines, ''].join('\n'))
  const { code, stderr } = await engine.build(folder, image)
  if (code !== 0) throw new Error(`${image} cannot be made: ${stderr}`)
  rmSync(folder, { recursive: true })
}
