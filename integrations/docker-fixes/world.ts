import { DEFAULT_INDEX_URL } from '../../src/contract/options.ts'
import { snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import { type MadeWheel, makeWheel } from '../../test/loopback/wheel.ts'
import type { Answer } from './internet.ts'

const publicIndex = new URL(DEFAULT_INDEX_URL)
const pytorch = 'download.pytorch.org'
const pyg = 'data.pyg.org'

export const hosts: readonly string[] = [publicIndex.hostname, pytorch, pyg]

/** Labels of the accelerators' indexes. */
const accelerators = ['cu118', 'cu124', 'cu126', 'cu128', 'rocm6.2']

/** A page's path behind its host, and the wheels that it lists. */
type Pages = Map<string, MadeWheel[]>

/**
 * What the hosts have for a Python: small wheels that install, of all releases of torch, torchvision and torchaudio that the
 * snapshots know. The public index is ahead of that of CPU builds, as it often is, and its torch asks for CUDA packages.
 *
 * @param python `3.12`
 */
export async function answersFor(python: string): Promise<Answer> {
  const cpu = await torchWheels('cpu', python)
  const pages: Pages = new Map()
  const put = (path: string, wheel: MadeWheel) => pages.set(path, [...(pages.get(path) ?? []), wheel])
  const index = (at: string, wheels: readonly Described[]) => {
    for (const wheel of wheels) put(`${at}/${wheel.name}`, made(wheel))
  }
  index(publicIndex.hostname + publicIndex.pathname.replace(/\/$/, ''), [
    ...(await torchWheels('pypi', python)),
    ...plain,
  ])
  index(`${pytorch}/whl/cpu`, [...cpu, ...copies])
  for (const label of accelerators)
    index(`${pytorch}/whl/${label}`, [
      ...cpu.map(wheel => forGpus(wheel, label)),
      xformers(label),
      ...copies,
      ...nvidia,
    ])
  for (const label of ['cpu', 'cu124'])
    put(
      `${pyg}/whl/torch-2.5.0+${label}.html`,
      made({ ...pure('torch-scatter', `2.1.2+pt25${label}`), tag: pythonTag(python) }),
    )
  const files = new Map([...pages.values()].flat().map(wheel => [wheel.filename, wheel.bytes]))
  return (host, path) => {
    const file = /^\/files\/(.+)$/.exec(path)?.[1]
    const body = file === undefined ? undefined : files.get(file)
    if (body) return { type: 'application/octet-stream', body }
    const wheels = pages.get(host + path.replace(/\/$/, ''))
    return wheels && { type: 'text/html', body: page(wheels) }
  }
}

interface Described {
  readonly name: string
  readonly version: string
  readonly tag: string
  readonly requires: readonly string[]
}

const made = ({ name, version, tag, requires }: Described): MadeWheel =>
  makeWheel(name, version, tag, requires, undefined, extrasIn(requires))

function extrasIn(requires: readonly string[]): string[] {
  return [...new Set(requires.flatMap(line => /\bextra == "([^"]+)"/.exec(line)?.[1] ?? []))]
}
const pure = (name: string, version: string, ...requires: string[]): Described => ({
  name,
  version,
  tag: 'py3-none-any',
  requires,
})
const pythonTag = (python: string) => `cp${python.replace('.', '')}-cp${python.replace('.', '')}-linux_x86_64`

const nvidia = ['nvidia-cublas-cu12', 'nvidia-cudnn-cu12', 'nvidia-cublas', 'triton'].map(name => pure(name, '12.1'))

/** What PyTorch's indexes have besides builds of their own. */
const copies = [pure('filelock', '3.19.1'), pure('numpy', '2.1.2')]

/** Of the public index. */
const plain: readonly Described[] = [
  ...nvidia,
  ...copies,
  pure('cuda-toolkit', '13.2.2', 'nvidia-cublas'),
  pure('flask', '3.1.0'),
  pure('fastapi', '0.120.0'),
  pure('docling', '2.60.0', 'torch<3,>=2.2.2', 'torchvision<1,>=0', 'filelock'),
  pure('xformers', '0.0.28', 'torch==2.5.0'),
  pure('onnxruntime', '1.32.0', 'numpy'),
  ...['1.20.0', '1.32.0'].map(version => pure('onnxruntime-gpu', version, 'numpy')),
  pure('faiss-cpu', '1.12.0', 'numpy'),
  pure('faiss-gpu-cu12', '1.12.0', 'numpy', 'nvidia-cublas-cu12'),
  pure('tensorflow', '2.20.0', 'numpy', 'nvidia-cudnn-cu12; extra == "and-cuda"'),
  pure('jax', '0.8.0', 'jaxlib', 'jax-cuda12-plugin; extra == "cuda12"'),
  pure('jaxlib', '0.8.0', 'numpy'),
  pure('jax-cuda12-plugin', '0.8.0', 'nvidia-cublas-cu12'),
]

const xformers = (label: string) => pure('xformers', `0.0.28+${label}`, 'torch==2.5.0')

/** The builds for Linux on x86_64. Of what they ask for only the family and CUDA are kept, the latter in any release. */
async function torchWheels(kind: 'cpu' | 'pypi', python: string): Promise<Described[]> {
  const index = snapshotIndex(kind)
  const wheels: Described[] = []
  for (const project of ['torch', 'torchvision', 'torchaudio']) {
    for (const file of (await index.project(project))?.files ?? []) {
      const wheel = parseWheelFilename(file.filename)
      const [, tag] = /^[^-]+-[^-]+-(.*x86_64)\.whl$/.exec(file.filename) ?? []
      if (!wheel || tag === undefined || !tag.startsWith(`cp${python.replace('.', '')}-cp${python.replace('.', '')}-`))
        continue
      const asked = (await index.metadata(file))?.requiresDist ?? []
      const kept = asked.flatMap(line => {
        if (/\bextra\b/.test(line)) return []
        if (/^torch\b/.test(line)) return line
        return /^(?:nvidia-|triton|cuda-toolkit)/.test(line)
          ? /^cuda-toolkit/.test(line)
            ? 'cuda-toolkit'
            : 'nvidia-cudnn-cu12'
          : []
      })
      wheels.push({ name: project, version: wheel.version.text, tag, requires: ['filelock', ...new Set(kept)] })
    }
  }
  return wheels
}

function forGpus({ name, version, tag, requires }: Described, label: string): Described {
  const more = name === 'torch' && label.startsWith('cu') ? ['nvidia-cudnn-cu12'] : []
  return { name, version: version.replace(/\+.*$|$/, `+${label}`), tag, requires: [...requires, ...more] }
}

function page(wheels: readonly MadeWheel[]): string {
  const links = wheels.map(
    ({ filename, sha256 }) => `<a href="/files/${encodeURIComponent(filename)}#sha256=${sha256}">${filename}</a><br/>`,
  )
  return `<!DOCTYPE html>\n<html><body>\n${links.join('\n')}\n</body></html>\n`
}
