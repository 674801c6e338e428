/** An image's name, taken apart. */
interface ImageName {
  /** Registry and path without the tag, in lower case. */
  readonly path: string
  /** The last part of the path. */
  readonly name: string
  readonly tag: string
}

function readImage(image: string): ImageName {
  const [, path = '', tag = ''] = /^([^@]*?)(?::([^:/@]*))?(?:@.*)?$/.exec(image.toLowerCase()) ?? []
  return { path, name: path.split('/').at(-1)!, tag }
}

/** A path of Docker's own registry, however it is written. */
function onHub(path: string): string {
  return path.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '')
}

/**
 * What says that an image carries CUDA or ROCm: who makes it, or its tag. Undefined: nothing does.
 * Each of them weighs several gigabytes before anything is installed.
 */
export function gpuBaseOf(image: string): string | undefined {
  const { path, tag, name } = readImage(image)
  const hub = onHub(path)
  if (/^nvidia\/(?:cuda|cudagl|cuda-.*|opengl)$/.test(hub)) return 'it is an image of CUDA'
  if (/^nvcr\.io\//.test(path)) return 'images of that registry are built for NVIDIA GPUs'
  if (/^rocm\//.test(hub)) return 'it is an image of ROCm'
  if (hub === 'pytorch/pytorch' && !tag.includes('cpu')) return 'every image of that name carries CUDA'
  const part = `${name}-${tag}`
    .split(/[-_]/)
    .find(word => /^(?:gpu|cuda[\d.]*|cu\d{2,3}|rocm[\d.]*|cudnn\d*)$/.test(word))
  return part === undefined ? undefined : `"${part}" in its name says so`
}

/** Which C library wheels have to be built for; undefined where the name does not say. */
export function libcOf(image: string): 'musl' | 'glibc' | undefined {
  const { path, name, tag } = readImage(image)
  if (name === 'alpine' || /(?:^|[-_.])(?:alpine|musl)(?:[\d.]*)(?:$|[-_])/.test(`${name}-${tag}`)) return 'musl'
  if (kindOf(image) !== undefined) return 'glibc'
  return /^(?:ubi|fedora|rockylinux|almalinux|amazonlinux)/.test(name) || path.includes('/ubi') ? 'glibc' : undefined
}

/** Families of images of which it is known where their Python is, if they have one. */
export type ImageKind = 'python' | 'uv' | 'debian' | 'distroless-python' | 'distroless' | 'conda'

export function kindOf(image: string): ImageKind | undefined {
  const { path, name, tag } = readImage(image)
  const hub = onHub(path)
  if (/(?:^|\/)python$/.test(hub) && /^(?:python|[^/.]*\.[^/]*\/(?:.*\/)?python)$/.test(hub)) return 'python'
  if (hub === 'debian' || hub === 'ubuntu' || hub === 'buildpack-deps') return 'debian'
  if (/(?:^|\/)distroless\//.test(path)) return name.startsWith('python3') ? 'distroless-python' : 'distroless'
  if (hub === 'ghcr.io/astral-sh/uv')
    return /python/.test(tag) ? 'uv' : /debian|bookworm|trixie/.test(tag) ? 'debian' : undefined
  return /^(?:miniconda3|anaconda3|miniforge3|mambaforge|micromamba)$/.test(name) ? 'conda' : undefined
}

/** Whether it is known to come without the libraries that compilers bring, libgomp among them. */
export function isSlim(image: string): boolean {
  const kind = kindOf(image)
  if (kind === 'debian') return !readImage(image).path.endsWith('buildpack-deps')
  if (kind === 'distroless' || kind === 'distroless-python') return true
  return (kind === 'python' || kind === 'uv') && /(?:^|-)slim(?:-|$)/.test(readImage(image).tag)
}

/** Whether an image may have a torch of its own, by its name. */
export function mayHoldTorch(image: string): boolean {
  return /torch|sagemaker|huggingface|vllm|ray-ml|deep-?learning/i.test(image)
}
