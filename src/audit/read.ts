import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { Progress } from '../contract/options.ts'
import type { SourceKind } from '../contract/results/audit.ts'
import { ByteReader, type ByteSource, Damage, iterated } from '../files/archive/byte-reader.ts'
import { UnfitFile } from '../files/regular-file.ts'
import { applyLayers } from './apply-layers.ts'
import { type Blob, readBlob } from './blob.ts'
import { linksOfPackages, noLinks, readFolder } from './folder.ts'
import { findImage, type Image, type ImageChoice } from './image.ts'
import { type ImageFiles, readImageArchive } from './image-files.ts'
import { LayerThreads } from './layer-threads.ts'
import { openFile } from './open-file.ts'
import type { Folder } from './tree.ts'

/** What was read. */
export interface Contents {
  readonly kind: SourceKind
  /** Null of a folder that is no image. */
  readonly image: Image | null
  /** What is there in the end. */
  readonly tree: Folder
}

export interface Reading extends ImageChoice {
  readonly cwd: string
  /** What `-` stands for: bytes of an archive. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined
  readonly signal: AbortSignal | undefined
  readonly onProgress: (event: Progress) => void
}

const usualInputs =
  'name a virtual environment, a site-packages folder, an unpacked root file system, or an image of docker save or in OCI form'

/**
 * Finds out what a path is, and reads it.
 *
 * @throws TorchpinError FILE_UNREADABLE, or BAD_OPTION where the choice of an image does not go with what is there
 */
export async function readContents(path: string, reading: Reading): Promise<Contents> {
  try {
    if (path === '-') return await fromArchive(iterated(reading.stdin ?? nothing()), undefined, reading)
    const absolute = realpathSync(resolve(reading.cwd, path))
    if (statSync(absolute).isDirectory()) return await fromFolder(absolute, reading)
    const file = await openFile(absolute)
    const threads = new LayerThreads(absolute, reading)
    try {
      return await fromArchive(file, file.size, reading, threads)
    } finally {
      await Promise.all([file.close(), threads.end()])
    }
  } catch (error) {
    throw unreadable(path === '-' ? 'standard input' : path, error)
  }
}

async function fromArchive(
  source: ByteSource,
  size: number | undefined,
  reading: Reading,
  threads?: LayerThreads,
): Promise<Contents> {
  let name = ''
  const files = await readImageArchive(
    new ByteReader(watched(source, size, reading, () => name)),
    path => {
      name = path
    },
    threads?.readApart,
  )
  const kind = (await files.blob('manifest.json')) ? 'docker-archive' : 'oci-archive'
  return ofImage(kind, await findImage(files, reading))
}

async function fromFolder(root: string, reading: Reading): Promise<Contents> {
  const kind = folderKind(root)
  if (kind === 'oci-layout' || kind === 'docker-archive')
    return ofImage(kind, await findImage(filesBelow(root, reading), reading))
  if (reading.image !== undefined || reading.platform !== undefined)
    throw new TorchpinError('BAD_OPTION', 'a folder that is no image has neither tags nor platforms', {
      hint: 'leave --image and --platform out',
      flag: reading.image === undefined ? 'platform' : 'image',
    })
  const follows = kind === 'rootfs' ? noLinks : linksOfPackages
  const tree = await readFolder(root, follows, (files, path) => {
    reading.signal?.throwIfAborted()
    reading.onProgress({ phase: 'reading files', done: files, name: path })
  })
  return { kind, image: null, tree }
}

function ofImage(kind: SourceKind, image: Image): Contents {
  return { kind, image, tree: applyLayers(image.layers.map(({ layer }) => layer.tree)) }
}

function folderKind(root: string): SourceKind {
  const has = (...names: string[]) => existsSync(join(root, ...names))
  if (has('oci-layout') || (has('index.json') && has('blobs'))) return 'oci-layout'
  if (has('manifest.json') && (has('blobs') || has('repositories'))) return 'docker-archive'
  if (has('pyvenv.cfg') || has('conda-meta')) return 'venv'
  const packages = ['site-packages', 'dist-packages'].includes(basename(root))
  return packages || readdirSync(root).some(name => /\.(dist|egg)-info$/.test(name)) ? 'site-packages' : 'rootfs'
}

/** The files of an image that is unpacked to a folder; each is read when it is asked for, and links out of the folder are none. */
function filesBelow(root: string, reading: Reading): ImageFiles {
  const read = new Map<string, Promise<Blob | undefined>>()
  const open = async (path: string): Promise<Blob | undefined> => {
    const absolute = join(root, path)
    if (!existsSync(absolute)) return undefined
    if (!realpathSync(absolute).startsWith(root + sep)) throw new Damage(`has a link out of it: ${path}`)
    const file = await openFile(absolute)
    try {
      return await readBlob(
        watched(file, file.size, reading, () => path),
        file.size,
        path,
      )
    } finally {
      await file.close()
    }
  }
  return {
    blob(path) {
      const before = read.get(path)
      const blob = before ?? open(path)
      if (!before) read.set(path, blob)
      return blob
    },
  }
}

/** The same source; reports how far it is, in megabytes, and ends when the run is interrupted. */
function watched(
  source: ByteSource,
  size: number | undefined,
  { signal, onProgress }: Reading,
  name: () => string,
): ByteSource {
  let bytes = 0
  const total = size === undefined ? {} : { total: megabytes(size) }
  const { seek } = source
  return {
    async next() {
      signal?.throwIfAborted()
      const piece = await source.next()
      bytes += piece?.length ?? 0
      onProgress({ phase: 'reading, MB', done: megabytes(bytes), ...total, name: name() })
      return piece
    },
    ...(seek && {
      async seek(distance) {
        bytes += distance
        await seek(distance)
      },
    }),
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6)
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof Damage)
    return new TorchpinError('FILE_UNREADABLE', `${path} ${error.message}`, { hint: advice(error), cause: error })
  if (error instanceof UnfitFile)
    return new TorchpinError('FILE_UNREADABLE', `${path} ${error.why}`, {
      hint: 'what comes through a pipe is read from standard input: name it -',
      cause: error,
    })
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined || error instanceof TorchpinError) return error
  if (code === 'ENOENT')
    return new TorchpinError('FILE_UNREADABLE', `${path} is not there`, { hint: usualInputs, cause: error })
  return new TorchpinError('FILE_UNREADABLE', `${path} cannot be read: ${(error as Error).message}`, {
    hint: code === 'EACCES' || code === 'EPERM' ? 'run it as a user who may read all of it' : usualInputs,
    cause: error,
  })
}

function advice({ message }: Damage): string {
  if (/^(is cut off|is empty|lacks|has compressed data|has a damaged file)/.test(message))
    return 'make or copy the image again; nothing of it was used'
  if (/holds no image|no tar header/.test(message))
    return 'docker save and skopeo copy make images; what docker export makes has to be unpacked to a folder first'
  return usualInputs
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
