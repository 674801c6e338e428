import { TorchpinError } from '../contract/errors.ts'
import { splitCredentials } from '../package-index/credentials.ts'
import type { IndexFile } from '../package-index/project-page.ts'
import { isSlash, withoutEnd } from '../text/ends.ts'
import { remembered } from '../text/memo.ts'
import { isSideIndex } from './side-indexes.ts'

/** What an index or find-links URL is to torch. */
export type TorchIndexKind = 'cpu' | 'accelerator' | 'stable-page' | 'mixed'

export interface TorchIndexUrl {
  readonly kind: TorchIndexKind
  /** Everything before the accelerator's folder: `https://download.pytorch.org/whl`. */
  readonly base: string
}

const accelerator = /^(?:cu\d+|rocm[\d.]+|xpu)$/

/**
 * Reads a URL as one of the PyTorch indexes, wherever they are mirrored: `…/whl/cpu`, `…/whl/cu118/`,
 * `…/whl/nightly/cu121`, `…/whl/torch_stable.html`, `…/whl` itself. Undefined: it is something else.
 */
export function readTorchIndexUrl(url: string, cpuIndexUrl: string): TorchIndexUrl | undefined {
  const bare = withoutSlash(url)
  if (sameIndex(bare, cpuIndexUrl)) return { kind: 'cpu', base: bare.slice(0, bare.lastIndexOf('/')) }
  // Other projects have folders of that name on their own pages.
  if (isSideIndex(url) || /^https?:\/\/[^/]+\.github\.io\//i.test(url)) return undefined
  const segments = bare.split('/')
  const last = segments.at(-1)!
  const base = segments.slice(0, -1).join('/')
  const ofTorch = /(?:^|[./])pytorch(?:[-./]|$)/i.test(bare)
  if (/^torch(?:_stable|_nightly)?\.html$/.test(last) && ofTorch) return { kind: 'stable-page', base }
  if (!segments.includes('whl') && !ofTorch) return undefined
  // `…/whl/cu118/torch/` used with --find-links is a page of that index.
  if (accelerator.test(segments.at(-2) ?? '')) return { kind: 'accelerator', base: segments.slice(0, -2).join('/') }
  if (accelerator.test(last)) return { kind: 'accelerator', base }
  if (last === 'cpu' && ofTorch) return { kind: 'cpu', base }
  if (last === 'whl' && ofTorch) return { kind: 'mixed', base: bare }
  return undefined
}

/** Whether an `--index-url` of this URL gives way to the CPU index: it is PyTorch's, and not for CPU. */
export function switchesMainIndex(url: string, cpuIndexUrl: string): boolean {
  const kind = readTorchIndexUrl(url, cpuIndexUrl)?.kind
  return kind !== undefined && kind !== 'cpu'
}

/** Two URLs that name the same index: a slash at the end, credentials, and the case of scheme and host make no difference. */
export function sameIndex(a: string, b: string): boolean {
  return normal(a) === normal(b)
}

const normal = remembered((url: string): string => {
  try {
    return withoutSlash(new URL(splitCredentials(url).url).href)
  } catch {
    return withoutSlash(url)
  }
})

export function withoutSlash(url: string): string {
  return withoutEnd(url, isSlash)
}

/**
 * The URL of a file as a requirements file may hold it: without user and password, which belong into netrc or a keyring.
 *
 * @throws TorchpinError BAD_OPTION for a URL with a query, where hosts put signatures that are secret and expire, and for
 * one that installers would read otherwise: pip takes what is behind a `;` for a marker, and `${NAME}` for a variable
 */
export function urlToWrite({ url, filename }: Pick<IndexFile, 'url' | 'filename'>): string {
  const plain = splitCredentials(url).url
  if (!/[?;]|\$\{/.test(plain)) return plain
  const why = plain.includes('?') ? 'has a query, which may hold a secret' : 'cannot stand in a requirements file'
  throw new TorchpinError(
    'BAD_OPTION',
    `--index-style direct-url: the URL that the index gives of ${filename} ${why}`,
    { hint: 'choose another --index-style', flag: 'index-style' },
  )
}
