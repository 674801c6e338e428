import { basename, dirname, extname, join } from 'node:path'

const notForGpus = /(?<![a-z0-9])(?:cpu[-_.]?only|(?:no|non|without)[-_.]?(?:gpu|cuda|nvidia))(?![a-z0-9])/g
const forGpus =
  /(?<![a-z0-9])(?:gpus?|cuda(?:[-_.]?\d+(?:[-_.]\d+)?x?)?|cu\d{2,3}x?|rocm(?:[-_.]?\d+(?:\.\d+)*)?|nvidia|amd|xpu)(?![a-z0-9])/g

/** Names of what is installed everywhere, beside files that are called `gpu.txt` and no more. */
const common = ['requirements', 'base', 'common', 'core', 'main', 'default']

/**
 * The files whose names say that they are for GPUs, each with the file beside it that is for CPUs: in the same folder, and
 * named the same without the word, or with `cpu` in its place. `requirements_gpu.txt` has `requirements.txt` or
 * `requirements_cpu.txt`; `requirements/cuda.txt` has `cpu.txt` or `base.txt`, or `requirements.txt` above.
 *
 * @param paths requirements files, as found
 */
export function gpuFilesBesideCpuFiles(paths: readonly string[]): ReadonlyMap<string, string> {
  const files = paths.map(path => ({ path, folder: dirname(path), ...readName(path) }))
  const cpuFiles = new Map(
    files.filter(({ isForGpus }) => !isForGpus).map(({ path, folder, words }) => [keyOf(folder, words), path]),
  )
  return new Map(
    files
      .filter(({ isForGpus }) => isForGpus)
      .flatMap(({ path, folder, words }) => {
        const own = words.length > 0 ? [words] : common.map(word => [word])
        const siblings = [
          keyOf(folder, [...words, 'cpu']),
          ...own.map(of => keyOf(folder, of)),
          ...(words.length > 0 ? [] : [keyOf(dirname(folder), ['requirements'])]),
        ]
        const found = siblings.map(key => cpuFiles.get(key)).find(sibling => sibling !== undefined)
        return found === undefined ? [] : [[path, found] as const]
      }),
  )
}

function readName(path: string): { readonly isForGpus: boolean; readonly words: readonly string[] } {
  const stem = basename(path, extname(path)).toLowerCase().replace(notForGpus, 'cpu')
  const rest = stem.replace(forGpus, '')
  const words = rest.split(/[-_.]+/).filter(word => word !== '')
  return { isForGpus: rest !== stem && !words.includes('cpu'), words }
}

/** The order of the words makes no difference, nor what parts them. */
function keyOf(folder: string, words: readonly string[]): string {
  return join(folder, words.toSorted().join('-'))
}
