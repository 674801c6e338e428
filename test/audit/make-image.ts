import { createHash } from 'node:crypto'
import { file, type Member, type NameStyle, symlink, tarOf } from './make-tar.ts'
import { type Packing, pack } from './pack.ts'

/** The forms an image comes in: `docker save` before and since Engine 25, and a layout of OCI. */
export type ImageForm = 'docker-old' | 'docker-new' | 'oci'

export interface ImageDescription {
  /** The lowest first. */
  readonly layers: readonly (readonly Member[])[]
  readonly tag?: string
  readonly architecture?: string
  /** How the layers are compressed; one word for all of them, or one each. */
  readonly packing?: Packing | readonly Packing[]
  readonly names?: NameStyle
  /** Commands of the history; one for each layer. */
  readonly commands?: readonly string[]
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const blob = (bytes: Buffer): Member => file(`blobs/sha256/${hex(bytes)}`, bytes)
const descriptor = (bytes: Buffer, mediaType: string) => ({
  mediaType,
  digest: `sha256:${hex(bytes)}`,
  size: bytes.length,
})

/** The files of an image, in the order in which the tool of that form writes them. */
export function imageFiles(description: ImageDescription, form: ImageForm): Member[] {
  return form === 'docker-old' ? savedOfOld(description) : layout([description], form === 'docker-new')
}

/** An image as an archive. */
export function imageTar(description: ImageDescription, form: ImageForm): Buffer {
  return tarOf(imageFiles(description, form))
}

/** A layout of OCI with an index of an image for each platform, and an attestation for each of them, as buildx writes it. */
export function platformsTar(descriptions: readonly ImageDescription[]): Buffer {
  return tarOf(layout(descriptions, false, true))
}

function layersOf({ layers, packing = 'none', names }: ImageDescription) {
  return layers.map((members, i) => {
    const tar = tarOf(members, names)
    return { tar, packed: pack(tar, typeof packing === 'string' ? packing : packing[i]!) }
  })
}

function configOf({ layers, commands, architecture = 'amd64' }: ImageDescription, tars: readonly Buffer[]): Buffer {
  return json({
    architecture,
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: tars.map(tar => `sha256:${hex(tar)}`) },
    history: [
      { created_by: 'ENV PATH=/usr/bin', empty_layer: true },
      ...layers.map((_, i) => ({ created_by: commands?.[i] ?? `RUN /bin/sh -c step ${i + 1} # buildkit` })),
    ],
  })
}

function savedOfOld(description: ImageDescription): Member[] {
  const packed = layersOf(description)
  const config = configOf(
    description,
    packed.map(({ tar }) => tar),
  )
  // A layer that is there already is a link to it.
  const first = new Map<string, string>()
  const files: Member[] = []
  const paths = packed.map(({ packed }, i) => {
    const id = hex(Buffer.from(`layer ${i}`))
    const path = `${id}/layer.tar`
    const before = first.get(hex(packed))
    files.push(
      { path: `${id}/`, flag: '5' },
      file(`${id}/VERSION`, '1.0'),
      file(`${id}/json`, JSON.stringify({ id })),
      before === undefined ? file(path, packed) : symlink(path, `../${before}`),
    )
    if (before === undefined) first.set(hex(packed), path)
    return path
  })
  const { tag = 'app:latest' } = description
  const [name, version] = tag.split(':')
  return [
    ...files,
    file(`${hex(config)}.json`, config),
    file('manifest.json', json([{ Config: `${hex(config)}.json`, RepoTags: [tag], Layers: paths }])),
    file('repositories', json({ [name!]: { [version!]: 'x' } })),
  ]
}

function layout(descriptions: readonly ImageDescription[], docker: boolean, nested = false): Member[] {
  const blobs = new Map<string, Buffer>()
  const add = (bytes: Buffer) => {
    blobs.set(hex(bytes), bytes)
    return bytes
  }
  const made = descriptions.map(description => {
    const packed = layersOf(description)
    const config = add(
      configOf(
        description,
        packed.map(({ tar }) => tar),
      ),
    )
    for (const { packed: bytes } of packed) add(bytes)
    const manifest = add(
      json({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: descriptor(config, 'application/vnd.oci.image.config.v1+json'),
        // Media types lie: everything is called a plain tar.
        layers: packed.map(({ packed: bytes }) => descriptor(bytes, 'application/vnd.oci.image.layer.v1.tar')),
      }),
    )
    return { description, packed, config, manifest }
  })
  const named = ({ description, manifest }: (typeof made)[number]) => ({
    ...descriptor(manifest, 'application/vnd.oci.image.manifest.v1+json'),
    annotations: { 'io.containerd.image.name': `docker.io/library/${description.tag ?? 'app:latest'}` },
  })
  const attestation = add(
    json({
      schemaVersion: 2,
      config: descriptor(add(json({})), 'application/vnd.oci.image.config.v1+json'),
      layers: [],
    }),
  )
  const inner = () =>
    add(
      json({
        schemaVersion: 2,
        manifests: made.flatMap(image => [
          {
            ...descriptor(image.manifest, 'application/vnd.oci.image.manifest.v1+json'),
            platform: { os: 'linux', architecture: image.description.architecture ?? 'amd64' },
          },
          {
            ...descriptor(attestation, 'application/vnd.oci.image.manifest.v1+json'),
            annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
            platform: { os: 'unknown', architecture: 'unknown' },
          },
        ]),
      }),
    )
  const manifests = nested
    ? [
        {
          ...descriptor(inner(), 'application/vnd.oci.image.index.v1+json'),
          annotations: { 'org.opencontainers.image.ref.name': 'app:latest' },
        },
      ]
    : made.map(named)
  const saved = made.map(({ description, packed, config }) => ({
    Config: `blobs/sha256/${hex(config)}`,
    RepoTags: [description.tag ?? 'app:latest'],
    Layers: packed.map(({ packed: bytes }) => `blobs/sha256/${hex(bytes)}`),
  }))
  return [
    { path: 'blobs/', flag: '5' },
    { path: 'blobs/sha256/', flag: '5' },
    ...[...blobs.keys()].sort().map(key => blob(blobs.get(key)!)),
    file('index.json', json({ schemaVersion: 2, manifests })),
    ...(docker ? [file('manifest.json', json(saved))] : []),
    file('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
  ]
}
