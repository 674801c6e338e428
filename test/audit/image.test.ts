import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuditOptions, audit } from '../../src/audit/audit.ts'
import { once } from '../../src/text/memo.ts'
import { type ImageDescription, type ImageForm, imageFiles, imageTar, platformsTar } from './make-image.ts'
import { file, hardlink, type Member, tarOf } from './make-tar.ts'
import { pack } from './pack.ts'
import { baseImage, cpuTorch, cudaTorch } from './packages.ts'

const site = 'opt/venv/lib/python3.11/site-packages'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'torchpin-image-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function* inPieces(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

/** Audits an archive twice, as a file and from a stream in odd pieces, which must come to the same. */
async function audited(archive: Buffer, options: Partial<AuditOptions> = {}) {
  const path = join(folder, 'image.tar')
  writeFileSync(path, archive)
  const read = await audit(path, options)
  const piped = await audit('-', { ...options, stdin: inPieces(archive, 65_521) })
  expect({ ...piped, source: null, findings: null }).toEqual({ ...read, source: null, findings: null })
  expect(piped.findings.map(({ code, message }) => ({ code, message }))).toEqual(
    read.findings.map(({ code, message }) => ({ code, message })),
  )
  return read
}

function unpackTo(name: string, members: readonly Member[]): string {
  const root = join(folder, name)
  for (const { path, data, symlink } of members) {
    const at = join(root, path)
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true })
    if (symlink !== undefined) symlinkSync(symlink, at)
    else if (!path.endsWith('/')) writeFileSync(at, data as string | Buffer)
  }
  return root
}

const long = `${'deep/'.repeat(40)}libnccl.so.2`
const described: ImageDescription = {
  layers: [
    [...baseImage, file(long, 5_000)],
    cudaTorch(site),
    [
      file(`${site}/nvidia/cudnn/.wh.lib`),
      file(`${site}/torch/lib/.wh.libtorch_cuda.so`),
      hardlink('opt/copy.so', `${site}/torch/lib/libc10_cuda.so`),
    ],
  ],
  tag: 'app:1.0',
  commands: ['ADD rootfs.tar /', 'RUN /bin/sh -c pip install torch # buildkit', 'RUN /bin/sh -c rm -rf cudnn'],
}
const packages = ['nvidia-cublas', 'nvidia-cuda-runtime', 'nvidia-cudnn-cu13', 'torch', 'triton']

describe('every form, however it is compressed, comes to the same', () => {
  const forms: readonly ImageForm[] = ['docker-old', 'docker-new', 'oci']
  const packings = ['none', 'gzip', 'gzip-members', 'zstd'] as const
  /** What each form comes to with layers that are not compressed. */
  const plain = once(
    (form: ImageForm) => form,
    form => audited(imageTar(described, form)),
  )
  test.each(forms.flatMap(form => packings.map(packing => ({ form, packing }))))(
    '$form, layers: $packing',
    async ({ form, packing }) => {
      const result = await audited(imageTar({ ...described, packing, names: packing === 'gzip' ? 'gnu' : 'pax' }, form))
      expect({ ...result, layers: null }).toEqual({ ...(await plain(form)), layers: null })
      expect(result.source).toMatchObject({
        kind: form === 'oci' ? 'oci-archive' : 'docker-archive',
        platform: 'linux-x86_64',
        image: [form === 'oci' ? 'docker.io/library/app:1.0' : 'app:1.0'],
      })
      expect(result.torch).toEqual([{ path: `${site}/torch`, version: '2.13.0', cuda: '13.0', hip: null }])
      expect(result.layers.map(({ createdBy, bytes, accelerator }) => ({ createdBy, bytes, accelerator }))).toEqual([
        { createdBy: described.commands![0], bytes: 200_000 + 10 + 5_000, accelerator: 5_000 },
        { createdBy: described.commands![1], bytes: expect.any(Number), accelerator: expect.any(Number) },
        { createdBy: described.commands![2], bytes: 0, accelerator: 0 },
      ])
      expect(result.accelerator.shipped - result.accelerator.effective).toBe(900_000 + 100 + 500_000)
      expect(result.shipped.bytes - result.effective.bytes).toBe(900_000 + 100 + 500_000)
      expect(result.findings.map(({ code, distribution, path }) => distribution ?? `${code} ${path}`).sort()).toEqual(
        [...packages, `cuda-leftovers ${long}`, `deleted-but-shipped ${site}/torch/lib/libtorch_cuda.so`].sort(),
      )
      expect(result.findings.find(({ code }) => code === 'deleted-but-shipped')).toMatchObject({
        bytes: 1_400_100,
        message: 'layer 2 ships 1.40 MB in 3 files of torch, nvidia-cudnn-cu13 that a later layer deletes or replaces',
      })
    },
  )

  test.each(['gzip', 'gzip-members', 'zstd'] as const)('the archive as a whole, compressed: %s', async packing => {
    const archive = imageTar({ ...described, packing: ['none', 'zstd', 'gzip'] }, 'docker-new')
    expect(await audited(pack(archive, packing))).toEqual(await audited(archive))
  })

  test.each(forms)('%s, unpacked to a folder', async form => {
    const root = unpackTo(`layout-${form}`, imageFiles(described, form))
    const result = await audit(root)
    expect({ ...result, source: null }).toEqual({ ...(await plain(form)), source: null })
    expect(result.source.kind).toBe(form === 'docker-old' ? 'docker-archive' : 'oci-layout')
  })

  test.each(forms)('%s, its files in any order', async form => {
    const files = imageFiles({ ...described, packing: 'gzip' }, form)
    const expected = await audited(tarOf(files))
    expect(await audited(tarOf(files.toReversed()))).toEqual(expected)
    expect(await audited(tarOf([...files.slice(5), ...files.slice(0, 5)]))).toEqual(expected)
  })
})

test('a layer that is there twice is a link in old archives, and ships twice', async () => {
  const description = { layers: [[file('a', 1_000)], [file('b', 10)], [file('a', 1_000)]] }
  for (const form of ['docker-old', 'docker-new'] as const) {
    const result = await audited(imageTar(description, form))
    expect([result.shipped.bytes, result.effective.bytes]).toEqual([2_010, 1_010])
  }
})

describe('several images', () => {
  const amd: ImageDescription = { layers: [baseImage, cudaTorch(site)] }
  const arm: ImageDescription = { layers: [baseImage, cpuTorch(site)], architecture: 'arm64' }

  test('the platform is chosen, attestations are none', async () => {
    const archive = platformsTar([arm, amd])
    expect((await audited(archive)).source).toMatchObject({ platform: 'linux-x86_64', image: ['app:latest'] })
    const result = await audited(archive, { platform: 'linux-aarch64' })
    expect(result.source.platform).toBe('linux-aarch64')
    expect(result.torch[0]?.cuda).toBeNull()
    expect(result.ok).toBe(true)
    expect((await audited(platformsTar([arm]))).source.platform).toBe('linux-aarch64')
  })

  test('a platform that is not there', async () => {
    await expect(
      audit('-', { platform: 'linux-aarch64', stdin: inPieces(imageTar(amd, 'oci'), 4096) }),
    ).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: 'the archive has no image for linux-aarch64',
      hint: 'choose with --platform: linux-x86_64',
    })
  })

  test('images of several names are told apart by --image', async () => {
    const files = [
      imageFiles({ ...amd, tag: 'gpu:1' }, 'docker-new'),
      imageFiles({ ...amd, layers: arm.layers, tag: 'cpu:latest' }, 'docker-new'),
    ]
    const saved = files.flatMap(members =>
      JSON.parse(String(members.find(({ path }) => path === 'manifest.json')!.data)),
    )
    const both = tarOf([
      ...files.flat().filter(({ path }) => path !== 'manifest.json'),
      file('manifest.json', JSON.stringify(saved)),
    ])
    await expect(audit('-', { stdin: inPieces(both, 4096) })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      hint: 'choose with --image: gpu:1, cpu:latest',
    })
    expect((await audited(both, { image: 'gpu:1' })).ok).toBe(false)
    expect((await audited(both, { image: 'cpu' })).ok).toBe(true)
    await expect(audit('-', { image: 'other', stdin: inPieces(both, 4096) })).rejects.toMatchObject({
      message: 'the archive has no image other',
    })
  })
})

test('a layer that zstd itself compressed, in several frames of several kinds', async () => {
  // Made by zstd 1.5.4 of an archive of Python's tarfile: levels 19, 1 and 3, with and without checksum, skippable frames around.
  const packed = readFileSync(resolve(import.meta.dirname, '../../fixtures/audit/layer.tar.zst'))
  const files = [file('l/layer.tar', packed), file('c.json', '{}')]
  const result = await audited(
    tarOf([...files, file('manifest.json', '[{"Config":"c.json","RepoTags":null,"Layers":["l/layer.tar"]}]')]),
  )
  expect(result.effective).toEqual({ files: 2, bytes: 804_067 })
  expect(result.findings.map(({ code, path, bytes }) => ({ code, path, bytes }))).toEqual([
    { code: 'cuda-leftovers', path: 'usr/lib/libcudart.so.13', bytes: 100_000 },
    { code: 'no-python-packages', path: join(folder, 'image.tar'), bytes: undefined },
  ])
})

describe('whole toolkits, drivers, whiteouts', () => {
  test('each is told by its own code', async () => {
    const layer = [
      file('usr/local/cuda-12.4/lib64/libcudart.so.12', 70),
      file('usr/local/cuda-12.4/include/cuda.h', 30),
      file('opt/rocm-6.2.4/lib/libamdhip64.so.6', 50),
      file('usr/lib/x86_64-linux-gnu/libcuda.so.1', 20),
      file('usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1', 999),
      file('opt/conda/pkgs/cuda-cudart-12.4/lib/libcudart.so.12', 5),
      file('.wh..'),
    ]
    const { findings, accelerator } = await audited(imageTar({ layers: [layer] }, 'docker-new'))
    expect(findings.map(({ code, level, bytes, path }) => `${level} ${code} ${bytes ?? path}`)).toEqual([
      'error cuda-toolkit 100',
      'error cuda-toolkit 50',
      'error cuda-driver 20',
      'error cuda-toolkit 5',
      'warning illegal-whiteout .wh..',
      `info no-python-packages ${join(folder, 'image.tar')}`,
    ])
    expect(accelerator).toEqual({ effective: 175, shipped: 175 })
  })

  test('what is reinstalled later ships twice', async () => {
    const removed = cudaTorch(site)
      .map(({ path }) => path.slice(site.length + 1).split('/')[0]!)
      .filter((name, i, all) => all.indexOf(name) === i)
      .map(name => file(`${site}/.wh.${name}`))
    const result = await audited(imageTar({ layers: [cudaTorch(site), [...removed, ...cpuTorch(site)]] }, 'oci'))
    expect(result.torch).toMatchObject([{ version: '2.13.0+cpu', cuda: null }])
    expect(result.accelerator.effective).toBe(0)
    expect(result.findings.map(({ code }) => code)).toEqual(['deleted-but-shipped'])
    expect(result.ok).toBe(false)
  })
})

describe('what Python packs', () => {
  const script = `
import io, json, sys, tarfile, hashlib
path, form = sys.argv[1:]
def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w:gz' if form == 'GNU_FORMAT' else 'w', format=getattr(tarfile, form)) as archive:
        for name, data, link in members:
            info = tarfile.TarInfo(name)
            if link: info.type, info.linkname = tarfile.LNKTYPE, link
            else: info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()
deep = 'd/' * 90 + 'libcufft.so.11'
layers = [tar([(deep, b'x' * 700, ''), ('a', b'y' * 30, ''), ('b', b'', deep)]), tar([('.wh.a', b'', '')])]
config = json.dumps({'architecture': 'amd64', 'os': 'linux'}).encode()
with tarfile.open(path, 'w', format=getattr(tarfile, form)) as archive:
    def add(name, data):
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    names = ['blobs/sha256/' + hashlib.sha256(layer).hexdigest() for layer in layers]
    for name, layer in zip(names, layers): add(name, layer)
    add('c.json', config)
    add('manifest.json', json.dumps([{'Config': 'c.json', 'RepoTags': ['py:1'], 'Layers': names}]).encode())
`
  const python = ((): boolean => {
    try {
      execFileSync('python3', ['-c', 'import tarfile'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()

  test.skipIf(!python).each(['PAX_FORMAT', 'GNU_FORMAT'])('%s (skipped without python3)', async form => {
    const path = join(folder, 'python.tar')
    execFileSync('python3', ['-c', script, path, form])
    const result = await audit(path)
    expect(result.shipped).toEqual({ files: 2, bytes: 730 })
    expect(result.effective).toEqual({ files: 1, bytes: 700 })
    expect(result.accelerator).toEqual({ effective: 700, shipped: 700 })
  })
})

describe('damage', () => {
  const good = imageTar({ ...described, packing: 'gzip' }, 'docker-new')
  const files = imageFiles({ ...described, packing: 'gzip' }, 'docker-new')
  const first = files.find(({ data }) => Buffer.isBuffer(data))!
  /** Before the body of the first file: two folders and its own header. */
  const headers = 3 * 512
  const plainFiles = imageFiles(described, 'docker-old')
  const isLayer = ({ data }: Member) => Buffer.isBuffer(data) && data.readUInt16BE(0) === 0x1f8b
  const layer = files.find(isLayer)!
  const withLayer = (change: (data: Buffer) => Buffer) =>
    tarOf(files.map(member => (member === layer ? { ...member, data: change(member.data as Buffer) } : member)))
  const without = (members: readonly Member[], gone: (member: Member) => boolean) =>
    tarOf(members.filter(member => !gone(member)))
  const replaced = (path: string, data: string) =>
    tarOf(files.map(member => (member.path === path ? { ...member, data } : member)))
  const flipped = (data: Buffer, at: number) => {
    const copy = Buffer.from(data)
    copy[at] = copy[at]! ^ 0xff
    return copy
  }
  const zstd = imageFiles({ ...described, packing: 'zstd' }, 'oci')
  const zstdLayer = zstd.find(({ data }) => Buffer.isBuffer(data) && data.readUInt32LE(0) >>> 4 === 0x184d2a5)!
  const withZstd = (change: (data: Buffer) => Buffer) =>
    tarOf(zstd.map(member => (member === zstdLayer ? { ...member, data: change(member.data as Buffer) } : member)))
  const config = files.find(({ data, path }) => path.startsWith('blobs/') && String(data).includes('"rootfs"'))!
  const bareManifest = (layers: string) =>
    tarOf([
      file('c.json', '{}'),
      file('manifest.json', `[{"Config":"c.json","Layers":${layers}}]`),
      file('x', 'no tar'),
    ])

  test.each([
    { id: 'nothing at all', bytes: Buffer.alloc(0), problem: 'is empty' },
    { id: 'text', bytes: Buffer.from('no image\n'.repeat(200)), problem: 'has a block that is no tar header' },
    { id: 'a few bytes', bytes: Buffer.from('PK'), problem: 'is cut off in the middle of a header' },
    {
      id: 'cut in a layer',
      bytes: good.subarray(0, headers + (first.data as Buffer).length / 2),
      problem: `is cut off in the middle of ${first.path}`,
    },
    {
      id: 'cut before its manifest',
      bytes: without(files, ({ path }) => path === 'manifest.json' || path === 'index.json'),
      problem: 'holds no image: it has neither a manifest.json nor an index.json',
    },
    { id: 'compressed and cut', bytes: gzipSync(good).subarray(0, 3_000), problem: /^is cut off in the middle of / },
    {
      id: 'compressed and damaged',
      bytes: flipped(gzipSync(good), 2_000),
      problem: /cut off|cannot be unpacked|no tar header/,
    },
    {
      id: 'a layer that is cut',
      bytes: withLayer(data => data.subarray(0, data.length - 9)),
      problem: `has a damaged file: ${layer.path} is cut off in the middle of its compressed data`,
    },
    {
      id: 'a layer with a wrong checksum',
      bytes: withLayer(data => flipped(data, data.length - 6)),
      problem: `has a damaged file: ${layer.path} has compressed data that cannot be unpacked`,
    },
    {
      id: 'a layer that is another one',
      bytes: withLayer(() => gzipSync(tarOf([file('other')]))),
      problem: `has a damaged file: ${layer.path} is damaged: its contents do not have the digest that it is named by`,
    },
    {
      id: 'a layer that is compressed text',
      bytes: withLayer(() => gzipSync('text')),
      problem: `has a damaged file: ${layer.path} holds no tar archive`,
    },
    {
      id: 'a layer that is text',
      bytes: withLayer(() => Buffer.from('text')),
      problem: `has a damaged file: ${layer.path} is neither a tar archive, plain or compressed by gzip or zstd, nor JSON`,
    },
    {
      id: 'a layer that is JSON',
      bytes: bareManifest('["manifest.json"]'),
      problem: 'has a file of the wrong kind: manifest.json is no layer',
    },
    {
      id: 'a layer that leads out of the image',
      bytes: withLayer(() => tarOf([file('../../etc/passwd', 'x')])),
      problem: `has a damaged file: ${layer.path} names a file outside of the image: ../../etc/passwd`,
    },
    {
      id: 'an archive that leads out of itself',
      bytes: tarOf([file('../x', 'x')]),
      problem: 'names a file outside of the image: ../x',
    },
    {
      id: 'a layer that is missing',
      bytes: without(files, member => member === layer),
      problem: `lacks ${layer.path}`,
    },
    {
      id: 'a configuration that is missing',
      bytes: without(files, member => member === config),
      problem: `lacks ${config.path}`,
    },
    {
      id: 'a configuration of another digest',
      bytes: replaced(config.path, '{}'),
      problem: `has a damaged file: ${config.path} is damaged: its contents do not have the digest that it is named by`,
    },
    {
      id: 'a manifest that is no JSON',
      bytes: replaced('manifest.json', '[{'),
      problem: 'has a document that is no JSON: manifest.json',
    },
    {
      id: 'a manifest that lists nothing',
      bytes: replaced('manifest.json', '[]'),
      problem: 'has a manifest.json that lists no image',
    },
    {
      id: 'a manifest of something else',
      bytes: replaced('manifest.json', '{"a":1}'),
      problem: 'has a manifest.json that lists no image',
    },
    {
      id: 'a link to a layer that is not there',
      bytes: without(
        plainFiles,
        ({ path, data }) => path.endsWith('layer.tar') && Buffer.isBuffer(data) && data.length > 10 ** 6,
      ),
      problem: /^lacks [0-9a-f]{64}\/layer\.tar$/,
    },
    {
      id: 'zstd: a frame that is cut',
      bytes: withZstd(data => data.subarray(0, data.length - 20)),
      problem: `has a damaged file: ${zstdLayer.path} is cut off in the middle of a zstd frame`,
    },
    {
      id: 'zstd: a block of no kind',
      bytes: withZstd(data => Buffer.concat([data.subarray(0, 14 + 6), Buffer.from([0x07]), data.subarray(14 + 7)])),
      problem: `has a damaged file: ${zstdLayer.path} has a zstd block that cannot be read`,
    },
    {
      id: 'zstd: something between frames',
      bytes: withZstd(data => Buffer.concat([data, Buffer.from('more')])),
      problem: `has a damaged file: ${zstdLayer.path} holds something that is no zstd frame`,
    },
  ])('$id', async ({ bytes, problem }) => {
    const expected = { code: 'FILE_UNREADABLE', exitCode: 2, hint: expect.stringMatching(/\w/) }
    const path = join(folder, 'damaged.tar')
    writeFileSync(path, bytes)
    const says = (message: string) =>
      typeof problem === 'string' ? expect(message).toBe(problem) : expect(message).toMatch(problem)
    for (const [from, run] of [
      [path, () => audit(path)],
      ['standard input', () => audit('-', { stdin: inPieces(bytes, 4_099) })],
    ] as const) {
      const error = await run().then(
        () => undefined,
        thrown => thrown,
      )
      expect(error).toMatchObject(expected)
      expect(error.message.startsWith(`${from} `)).toBe(true)
      says(error.message.slice(from.length + 1))
    }
  })

  test('what no manifest asks for may be damaged', async () => {
    expect(
      (await audited(tarOf([file('blobs/sha256/junk', gzipSync('text').subarray(0, 9)), ...files]))).torch,
    ).toHaveLength(1)
  })
})
