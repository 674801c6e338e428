import { DEFAULT_INDEX_URL } from '../contract/options.ts'
import { compareVersions, parseVersion } from '../packaging/version.ts'

/**
 * Pages and indexes where other projects keep wheels that are built for one torch release or one accelerator. A row
 * without a host reads mirrors too: its path can be nothing else.
 */
interface SideIndex {
  readonly id: string
  readonly projects: readonly string[]
  /** What a URL of it looks like, without query and fragment: `torch` is the release it names. */
  readonly url: RegExp
  /** The same URL for CPU and this minor release of torch, `2.13`. */
  readonly move: (parts: Readonly<Record<string, string>>, minor: string) => string
  /** Its CPU page, where a project of it has no CPU wheels on the public index. */
  readonly page?: (minor: string) => string
  /** The newest torch it has wheels for, where it has ended. */
  readonly lastTorch?: string
}

const sideIndexes: readonly SideIndex[] = [
  {
    id: 'pyg',
    projects: ['pyg-lib', 'torch-scatter', 'torch-sparse', 'torch-cluster', 'torch-spline-conv'],
    url: /^(?<head>https?:\/\/.*\/whl\/(?:nightly\/)?torch-)(?<torch>\d+\.\d+\.\d+)(?:(?<plus>\+|%2B)(?:cpu|cu\d+))?(?<tail>\.html)$/i,
    move: ({ head, torch: written, plus = '+', tail }, minor) =>
      `${head}${sameMinor(written!, minor)}${plus}cpu${tail}`,
    page: minor => `https://data.pyg.org/whl/torch-${minor}.0+cpu.html`,
  },
  {
    id: 'openmmlab',
    projects: ['mmcv', 'mmcv-full'],
    url: /^(?<head>https?:\/\/.*\/mmcv\/dist\/)(?:cpu|cu\d+)(?<middle>\/torch)(?<torch>\d+\.\d+(?:\.\d+)?)(?<tail>\/(?:index\.html)?)?$/,
    move: ({ head, middle, torch: written, tail = '' }, minor) =>
      `${head}cpu${middle}${sameMinor(written!, minor)}${tail}`,
    page: minor => `https://download.openmmlab.com/mmcv/dist/cpu/torch${minor}/index.html`,
    lastTorch: '2.4',
  },
  {
    id: 'dgl',
    projects: ['dgl'],
    url: /^(?<head>https?:\/\/.*\/wheels\/torch-)(?<torch>\d+\.\d+)(?:\/cu\d+)?(?<tail>\/repo\.html)$/,
    move: ({ head, tail }, minor) => `${head}${minor}${tail}`,
    page: minor => `https://data.dgl.ai/wheels/torch-${minor}/repo.html`,
    lastTorch: '2.4',
  },
  {
    id: 'dgl before 2',
    projects: ['dgl'],
    url: /^(?<head>https?:\/\/data\.dgl\.ai\/wheels)\/cu\d+(?<tail>\/repo\.html)$/i,
    move: ({ head, tail }) => `${head}${tail}`,
  },
  {
    id: 'detectron2',
    projects: ['detectron2'],
    url: /^(?<head>https?:\/\/.*\/detectron2\/wheels\/)(?:cpu|cu\d+)(?<middle>\/torch)(?<torch>\d+\.\d+)(?<tail>\/(?:index\.html)?)?$/,
    move: ({ head, middle, tail = '' }, minor) => `${head}cpu${middle}${minor}${tail}`,
    lastTorch: '1.10',
  },
  {
    id: 'llama-cpp-python',
    projects: ['llama-cpp-python'],
    url: /^(?<head>https?:\/\/.*\/llama-cpp-python\/whl\/)cu\d+(?<tail>\/(?:llama-cpp-python\/?)?)?$/,
    move: ({ head, tail = '' }) => `${head}cpu${tail}`,
    page: () => 'https://abetlen.github.io/llama-cpp-python/whl/cpu',
  },
  {
    id: 'paddle',
    projects: ['paddlepaddle', 'paddlepaddle-gpu'],
    url: /^(?<head>https?:\/\/(?:www\.)?paddlepaddle\.org\.cn\/packages\/(?:stable|nightly)\/)cu\d+(?<tail>\/)?$/i,
    move: ({ head, tail = '' }) => `${head}cpu${tail}`,
  },
  {
    id: 'vllm',
    projects: ['vllm'],
    url: /^(?<head>https?:\/\/wheels\.vllm\.ai\/[\w.-]+\/)(?:cu\d+|xpu)(?<tail>\/(?:vllm\/?)?)?$/i,
    move: ({ head, tail = '' }) => `${head}cpu${tail}`,
  },
  {
    id: 'vllm nightly, whose wheels without a folder are for CUDA',
    projects: ['vllm'],
    url: /^(?<head>https?:\/\/wheels\.vllm\.ai\/nightly)(?<tail>\/)?$/i,
    move: ({ head, tail = '' }) => `${head}/cpu${tail}`,
  },
  {
    id: 'k2',
    projects: ['k2'],
    url: /^(?<head>https?:\/\/k2-fsa\.github\.io\/k2\/)cuda(?<tail>(?:-cn)?\.html)$/i,
    move: ({ head, tail }) => `${head}cpu${tail}`,
  },
  {
    id: 'kaldifeat',
    projects: ['kaldifeat'],
    url: /^(?<head>https?:\/\/csukuangfj\.github\.io\/kaldifeat\/)cuda(?<tail>(?:-cn)?\.html)$/i,
    move: ({ head, tail }) => `${head}cpu${tail}`,
  },
  {
    id: 'intel',
    projects: ['intel-extension-for-pytorch', 'oneccl-bind-pt'],
    url: /^(?<head>https?:\/\/pytorch-extension\.intel\.com\/release-whl\/stable\/)xpu(?<tail>\/(?:us|cn)\/?)$/i,
    move: ({ head, tail }) => `${head}cpu${tail}`,
  },
]

/** A link as a CPU-only file has it. */
export interface CpuSideIndex {
  readonly url: string
  /** The projects whose wheels it leads to. */
  readonly projects: readonly string[]
  /** The page has ended before this torch, and with this release is not to be expected to exist. */
  readonly endedWith?: string
}

/**
 * Where a link to another project's own wheels has to lead once torch is pinned to this release on CPU. Undefined: it
 * is none of these, or stays as it is. Only the accelerator and the release change; a URL with a variable in it is not read.
 * @param torch a public release, `2.13.0`; undefined where none is installed: what is tied to one then stays as it is
 */
export function cpuSideIndex(url: string, torch: string | undefined): CpuSideIndex | undefined {
  const minor = torch === undefined ? undefined : minorOf(torch)
  if (url.includes('${')) return undefined
  const at = url.search(/[?#]/)
  const [bare, rest] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)]
  for (const side of sidesFor(url)) {
    const parts = side.url.exec(bare)?.groups
    if (!parts) continue
    if (parts['torch'] !== undefined && minor === undefined) return undefined
    const moved = side.move(parts, minor ?? '')
    if (moved === bare) return undefined
    return {
      url: moved + rest,
      projects: side.projects,
      ...(minor && side.lastTorch && isLater(minor, side.lastTorch) && { endedWith: side.lastTorch }),
    }
  }
  return undefined
}

/** Which of them a URL may be. The public index is none, and it alone is asked in most runs: nothing is compiled for it. */
function sidesFor(url: string): readonly SideIndex[] {
  return url === DEFAULT_INDEX_URL ? [] : sideIndexes
}

/** Whether a URL leads to wheels of another project, for one accelerator or one torch release. */
export function isSideIndex(url: string): boolean {
  return sidesFor(url).some(side => side.url.test(withoutQuery(url)))
}

/** The release of torch that a page of another project's wheels is for, `2.5.0`; undefined: the URL is none, or names none. */
export function torchOfSideIndex(url: string): string | undefined {
  for (const side of sidesFor(url)) {
    const torch = side.url.exec(withoutQuery(url))?.groups?.['torch']
    if (torch !== undefined) return torch
  }
  return undefined
}

/** The projects of a page that belongs to one torch release; undefined: the URL is none. */
export function projectsTiedToTorch(url: string): readonly string[] | undefined {
  return sidesFor(url).find(side => side.url.exec(withoutQuery(url))?.groups?.['torch'] !== undefined)?.projects
}

/**
 * The page with a project's CPU wheels for this torch release, for a --find-links line (llama-cpp-python: an index).
 * Undefined: there is none, or it ended before this torch.
 */
export function cpuWheelPage(project: string, torch: string): string | undefined {
  const minor = minorOf(torch)
  const side = sideIndexes.find(({ projects, page }) => page && projects.includes(project))
  if (minor === undefined || !side?.page || (side.lastTorch && isLater(minor, side.lastTorch))) return undefined
  return side.page(minor)
}

/**
 * Wheels are built once for all patches of a minor release and listed under its first, X.Y.0; pages of later patches
 * are copies, of which not all exist. A page of the right minor release is therefore right as it is written.
 */
function sameMinor(written: string, minor: string): string {
  if (written.startsWith(`${minor}.`)) return written
  return written.split('.').length > 2 ? `${minor}.0` : minor
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}

/** `2.13` of `2.13.0`. */
function minorOf(release: string): string | undefined {
  const version = parseVersion(release)
  return version && `${version.release[0]}.${version.release[1] ?? 0}`
}

function isLater(minor: string, than: string): boolean {
  return compareVersions(parseVersion(minor)!, parseVersion(than)!) > 0
}
