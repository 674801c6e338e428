import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { output, type Place, type Ran, run } from './command.ts'

/** Builds images and keeps them: buildah, with a storage of its own, so that nothing of it is left. */
export interface Engine {
  /** @param known hosts that the build finds where they are not @returns how it ended; the instructions of the Dockerfile are layers, as of Docker */
  build(folder: string, tag: string, known?: readonly Host[]): Promise<Ran>
  /** Writes an image as `docker save` does, or as OCI. */
  save(tag: string, form: Form, file: string): Promise<void>
  config(tag: string): Promise<ImageConfig>
  /** Makes a container. @returns its name, for `start` and `mounted` */
  container(tag: string): Promise<string>
  /** The words that run a command in a container. */
  inContainer(container: string, command: readonly string[]): readonly string[]
  /** The folder where the files of a container are. */
  mounted(container: string): Promise<string>
  remove(container: string): Promise<void>
  /** What lies unpacked in the storage of each layer, the lowest first. */
  layers(tag: string): Promise<Unpacked[]>
  removeAll(): Promise<void>
  readonly place: Place
}

/** Forms of archives. */
export type Form = 'docker-archive' | 'oci-gzip' | 'oci-zstd'

/** How an image starts. */
export interface ImageConfig {
  readonly Cmd: readonly string[]
  readonly Env: readonly string[]
  readonly ExposedPorts?: Readonly<Record<string, unknown>>
  readonly User?: string
}

interface StoredLayer {
  readonly id: string
  readonly 'diff-digest': string
}

/** Bytes of regular files, one with several names counted once; and of the texts of symbolic links. */
export interface Unpacked {
  readonly bytes: number
  readonly links: number
}

function unpackedIn(folder: string): Unpacked {
  const seen = new Set<bigint>()
  const sum = { bytes: 0, links: 0 }
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() && !entry.isSymbolicLink()) continue
    const { ino, size } = lstatSync(join(entry.parentPath, entry.name), { bigint: true })
    if (seen.has(ino)) continue
    seen.add(ino)
    sum[entry.isFile() ? 'bytes' : 'links'] += Number(size)
  }
  return sum
}

/** A host, and where it is to be found. */
export interface Host {
  readonly host: string
  readonly address: string
}

export function openEngine(temporary: string): Engine {
  const storage = join(temporary, 'storage')
  const place = placeOf(temporary, storage)
  const buildah = (...words: readonly string[]) => output('buildah', words, place)
  const builds = ['--isolation', 'chroot', '--layers', '--pull-never', '--format', 'docker']
  return {
    place,
    build: (folder, tag, known = []) => {
      const hosts = known.flatMap(({ host, address }) => ['--add-host', `${host}:${address}`])
      return run('buildah', ['build', ...builds, ...hosts, '--tag', tag, '.'], { ...place, cwd: folder })
    },
    save: async (tag, form, file) => {
      rmSync(file, { force: true })
      const [kind, compression] = form.split('-') as [string, string]
      const words = kind === 'oci' ? ['--format', 'oci', '--compression-format', compression] : []
      const target = kind === 'oci' ? 'oci-archive' : form
      await buildah('push', '--quiet', ...words, tag, `${target}:${file}:${tag}`)
    },
    config: async tag => JSON.parse(await buildah('inspect', '--type', 'image', tag)).OCIv1.config,
    container: async tag => (await buildah('from', '--pull-never', tag)).trim(),
    inContainer: (container, command) => ['buildah', 'run', '--isolation', 'chroot', container, '--', ...command],
    mounted: async container => (await buildah('mount', container)).trim(),
    remove: async container => void (await buildah('rm', container)),
    layers: async tag => {
      const { OCIv1 } = JSON.parse(await buildah('inspect', '--type', 'image', tag))
      const kept = JSON.parse(readFileSync(join(storage, 'overlay-layers/layers.json'), 'utf8')) as StoredLayer[]
      const digests = OCIv1.rootfs.diff_ids as string[]
      return digests.map(digest => {
        const layer = kept.find(one => one['diff-digest'] === digest)!
        return unpackedIn(join(storage, 'overlay', layer.id, 'diff'))
      })
    },
    removeAll: async () => {
      await run('buildah', ['rm', '--all'], place)
      await run('buildah', ['rmi', '--all', '--force'], place)
      await run('umount', [join(storage, 'overlay')], place)
    },
  }
}

/** Variables that keep all of it below one folder: images, containers, and what `RUN --mount=type=cache` keeps. */
function placeOf(temporary: string, storage: string): Place {
  const parts = join(temporary, 'parts')
  mkdirSync(parts, { recursive: true })
  const settings = join(temporary, 'storage.conf')
  writeFileSync(
    settings,
    `[storage]\ndriver = "overlay"\ngraphroot = "${storage}"\nrunroot = "${join(temporary, 'run')}"\n`,
  )
  return {
    cwd: temporary,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: temporary,
      TMPDIR: parts,
      CONTAINERS_STORAGE_CONF: settings,
      ...proxies(),
    },
  }
}

const proxies = (): Record<string, string> =>
  Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'].flatMap(name =>
      process.env[name] ? [[name, process.env[name]]] : [],
    ),
  )
