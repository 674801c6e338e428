import { TorchpinError } from '../contract/errors.ts'
import { Damage } from '../files/archive/byte-reader.ts'
import type { Blob } from './blob.ts'
import type { ImageFiles } from './image-files.ts'
import type { Layer } from './layer.ts'

/** Which image to take where there are several. */
export interface ImageChoice {
  /** A tag: `app:latest`. */
  readonly image?: string | undefined
  readonly platform?: string | undefined
}

/** An image with its layers, the lowest first. */
export interface Image {
  readonly tags: readonly string[]
  /** `linux-x86_64`, `linux-aarch64`, or as the image has it: `linux/arm/v7`. */
  readonly platform: string | undefined
  readonly layers: readonly ImageLayer[]
}

export interface ImageLayer {
  /** As the manifest or the configuration has it: `sha256:…`. */
  readonly digest: string
  /** The command that made it, as the history has it; empty where it has not. */
  readonly createdBy: string
  readonly compressed: number
  readonly layer: Layer
}

/** What a manifest of either kind says. */
interface Manifest {
  readonly tags: readonly string[]
  readonly platform: string | undefined
  readonly config: Fields
  /** Paths of the layers, the lowest first. */
  readonly layers: readonly string[]
}

const DEFAULT_PLATFORM = 'linux-x86_64'
/** Indexes within indexes: two are usual. */
const DEEPEST = 8

/**
 * Finds the image in the files and puts its layers in order: by manifest.json, which `docker save` writes, or else by the index
 * of an OCI layout.
 *
 * @throws Damage where files are missing or damaged
 * @throws TorchpinError BAD_OPTION where there are several images and none is chosen, or not the one that is
 */
export async function findImage(files: ImageFiles, choice: ImageChoice): Promise<Image> {
  const { tags, platform, config, layers } = choose(await manifestsIn(files), choice)
  const commands = list(config['history'])
    .map(fields)
    .filter(step => step['empty_layer'] !== true)
    .map(step => text(step['created_by']) ?? '')
  const diffIds = list(fields(config['rootfs'])['diff_ids'])
  return {
    tags,
    platform,
    layers: await Promise.all(
      layers.map(async (path, i) => {
        const { layer, compressed } = usable(await files.blob(path), path, 'layer')
        const digest = /^blobs\/(\w+)\/(\w+)$/.exec(path)
        return {
          digest: digest ? `${digest[1]}:${digest[2]}` : (text(diffIds[i]) ?? path),
          // A history that does not match the layers says nothing about any of them.
          createdBy: commands.length === layers.length ? commands[i]! : '',
          compressed,
          layer,
        }
      }),
    ),
  }
}

async function manifestsIn(files: ImageFiles): Promise<Manifest[]> {
  const saved = await files.blob('manifest.json')
  if (saved) {
    const manifests = list(parsed(saved, 'manifest.json')).map(fields)
    if (manifests.length === 0) throw new Damage('has a manifest.json that lists no image')
    return Promise.all(manifests.map(manifest => savedManifest(files, manifest)))
  }
  const index = await files.blob('index.json')
  if (!index) throw new Damage('holds no image: it has neither a manifest.json nor an index.json')
  const found = await indexed(files, fields(parsed(index, 'index.json')), { tags: [], platform: undefined }, 0)
  if (found.length === 0) throw new Damage('has an index.json that lists no image')
  return found
}

async function savedManifest(files: ImageFiles, manifest: Fields): Promise<Manifest> {
  const path = text(manifest['Config'])
  if (path === undefined) throw new Damage('has a manifest.json that names no configuration')
  const config = fields(await document(files, path))
  return {
    tags: list(manifest['RepoTags']).flatMap(tag => text(tag) ?? []),
    platform: platformOf(config),
    config,
    layers: list(manifest['Layers']).map(layer => text(layer) ?? ''),
  }
}

/** What a descriptor says of the image behind it. */
interface Described {
  readonly tags: readonly string[]
  readonly platform: string | undefined
}

/** The images of an index and of the indexes in it; attestations are none. Those whose files were left out count only if all were. */
async function indexed(files: ImageFiles, index: Fields, above: Described, depth: number): Promise<Manifest[]> {
  if (depth > DEEPEST) throw new Damage('has indexes within indexes without end')
  const found: Manifest[] = []
  const absent: string[] = []
  for (const descriptor of list(index['manifests']).map(fields)) {
    if (isAttestation(descriptor)) continue
    const path = blobPath(descriptor)
    const blob = await files.blob(path)
    if (!blob) {
      absent.push(path)
      continue
    }
    const manifest = fields(parsed(blob, path))
    const described = {
      tags: [...above.tags, ...tagsOf(descriptor)],
      platform: platformOf(fields(descriptor['platform'])) ?? above.platform,
    }
    if (Array.isArray(manifest['manifests']))
      for (const inner of await indexed(files, manifest, described, depth + 1)) found.push(inner)
    else if (Array.isArray(manifest['layers'])) found.push(await ociManifest(files, manifest, described))
    else throw new Damage(`has a manifest that is of no image: ${path}`)
  }
  if (found.length === 0 && absent.length > 0) throw new Damage(`lacks ${absent[0]}`)
  return found
}

async function ociManifest(files: ImageFiles, manifest: Fields, { tags, platform }: Described): Promise<Manifest> {
  const config = fields(await document(files, blobPath(fields(manifest['config']))))
  return {
    tags,
    platform: platform ?? platformOf(config),
    config,
    layers: list(manifest['layers']).map(layer => blobPath(fields(layer))),
  }
}

function choose(manifests: readonly Manifest[], { image, platform }: ImageChoice): Manifest {
  const named = image === undefined ? manifests : manifests.filter(({ tags }) => tags.some(tag => names(image, tag)))
  if (named.length === 0) throw notThere(`no image ${image}`, allTags(manifests), 'image')
  const fitting = platform === undefined ? named : named.filter(manifest => manifest.platform === platform)
  if (fitting.length === 0) throw notThere(`no image for ${platform}`, allPlatforms(named), 'platform')
  const usual = fitting.filter(manifest => manifest.platform === DEFAULT_PLATFORM)
  const [first, ...others] = platform === undefined && usual.length > 0 ? usual : fitting
  if (others.length === 0) return first!
  const platforms = allPlatforms(fitting)
  if (platforms.length > 1) throw notThere('several images', platforms, 'platform')
  if (new Set([first!, ...others].map(({ layers }) => layers.join())).size === 1)
    return { ...first!, tags: allTags(fitting) }
  throw notThere('several images', allTags(fitting), 'image')
}

function notThere(what: string, there: readonly string[], flag: string): TorchpinError {
  return new TorchpinError('BAD_OPTION', `the archive has ${what}`, {
    hint: there.length > 0 ? `choose with --${flag}: ${there.join(', ')}` : 'its images have no names',
    flag,
  })
}

/** Docker writes `app:latest`, containerd `docker.io/library/app:latest`. */
function names(asked: string, tag: string): boolean {
  return [asked, `${asked}:latest`].some(name => tag === name || tag.endsWith(`/${name}`))
}

function allTags(manifests: readonly Manifest[]): string[] {
  return [...new Set(manifests.flatMap(({ tags }) => tags))]
}

function allPlatforms(manifests: readonly Manifest[]): string[] {
  return [...new Set(manifests.map(({ platform }) => platform ?? 'unknown'))]
}

function isAttestation({ annotations, platform }: Fields): boolean {
  const kind = text(fields(annotations)['vnd.docker.reference.type'])
  return kind === 'attestation-manifest' || fields(platform)['os'] === 'unknown'
}

function tagsOf({ annotations }: Fields): string[] {
  const noted = fields(annotations)
  const tag = text(noted['io.containerd.image.name']) ?? text(noted['org.opencontainers.image.ref.name'])
  return tag === undefined ? [] : [tag]
}

/** torchpin's word for a platform, from a descriptor or a configuration. */
function platformOf({ os, architecture, variant }: Fields): string | undefined {
  if (typeof os !== 'string' || typeof architecture !== 'string' || os === '' || architecture === '') return undefined
  if (os === 'linux' && architecture === 'amd64') return 'linux-x86_64'
  if (os === 'linux' && architecture === 'arm64') return 'linux-aarch64'
  return [os, architecture, ...(typeof variant === 'string' ? [variant] : [])].join('/')
}

function blobPath({ digest }: Fields): string {
  const [, algorithm, hex] = /^(\w+):(\w+)$/.exec(text(digest) ?? '') ?? []
  if (!hex) throw new Damage('has a manifest without the digest of a file')
  return `blobs/${algorithm}/${hex}`
}

async function document(files: ImageFiles, path: string): Promise<unknown> {
  return parsed(await files.blob(path), path)
}

function parsed(blob: Blob | undefined, path: string): unknown {
  const { text } = usable(blob, path, 'document')
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new Damage(`has a document that is no JSON: ${path}`, error)
  }
}

function usable<K extends 'document' | 'layer'>(blob: Blob | undefined, path: string, kind: K) {
  if (!blob) throw new Damage(`lacks ${path}`)
  if (blob.kind === 'unusable') throw new Damage(`has a damaged file: ${path} ${blob.problem}`)
  if (blob.kind !== kind) throw new Damage(`has a file of the wrong kind: ${path} is no ${kind}`)
  return blob as Extract<Blob, { kind: K }>
}

/** An object of a document that anybody may have written. `fields`, `list` and `text` take anything, and give nothing where it is something else. */
type Fields = Readonly<Record<string, unknown>>

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
