import { basename, dirname, resolve } from 'node:path'
import { TorchpinError } from './errors.ts'
import { fileVariables, type Options } from './options.ts'
import { placesOf } from './outside.ts'
import { includedBy, loadRequirements, type RequirementsFile } from './requirements/files.ts'
import { isProse, otherFormat } from './unreadable.ts'
import { discoverRequirements } from './workspace/discover.ts'
import { gpuFilesBesideCpuFiles } from './workspace/gpu-files.ts'

/** The files of a run. */
export interface FoundFiles {
  /** With all that they bring in, in the order in which they are reached. */
  readonly files: readonly RequirementsFile[]
  /** Absolute paths of those that an argument names, and of `-`; the others were found in a folder or are brought in. */
  readonly named: ReadonlySet<string>
}

/**
 * Finds and reads the files that the arguments mean. Of what is found in a folder, prose is left out and told, and a file of
 * constraints that no other file names is taken for one all the same. A file for GPUs beside one for CPUs is left alone, and
 * that is told too.
 *
 * @param paths files or folders; none: the current folder. With `stdin` set they do not count.
 * @throws TorchpinError FILE_UNREADABLE, INCLUDE_CYCLE
 */
export async function findFiles(paths: readonly string[], options: Options): Promise<FoundFiles> {
  const { cwd, stdin, exclude, onNotice } = options
  const environment = fileVariables(options)
  if (stdin) {
    const files = await loadRequirements(['-'], { cwd, environment, stdin, isWithin: await placesOf([], cwd) })
    return { files, named: new Set(files.map(({ absolute }) => absolute)) }
  }
  const { files: found, fromFolder } = await discoverRequirements(paths.length > 0 ? paths : ['.'], cwd, exclude)
  const isWithin = await placesOf(
    paths.map(path => resolve(cwd, path)),
    cwd,
  )
  const besideCpu = options.gpuFiles ? new Map<string, string>() : gpuFilesBesideCpuFiles(found)
  const spared = new Set(found.filter(path => fromFolder.has(path) && besideCpu.has(path)))
  const loaded = await loadRequirements(
    found.filter(path => !spared.has(path)),
    { cwd, environment, isWithin },
  )
  const absolutes = new Set(loaded.map(({ absolute }) => absolute))
  // What a file that is rewritten includes is rewritten with it.
  for (const path of spared)
    if (!absolutes.has(resolve(cwd, path)))
      onNotice(
        `${path} is left alone: its name says that it is for GPUs, and ${besideCpu.get(path)} is beside it; name it, or give --gpu-files, to have it rewritten`,
      )
  const named = new Set(found.filter(path => !fromFolder.has(path)).map(path => resolve(cwd, path)))
  const included = includedBy(loaded)
  const isLone = ({ absolute }: RequirementsFile) => !named.has(absolute) && !included.has(absolute)
  const prose = new Set(loaded.filter(file => isLone(file) && isProse(file)))
  for (const file of prose) onNotice(`${file.path} is left out: ${describe(file)}, not requirements`)
  const files = loaded
    .filter(file => !prose.has(file))
    .map(file => (isLone(file) && saysConstraints(file) ? { ...file, role: 'constraints' as const } : file))
  if (files.length > 0) return { files, named }
  const instead = [...prose].map(file => otherFormat(file)?.instead).find(advice => advice !== undefined)
  throw new TorchpinError('FILE_UNREADABLE', `no requirements files below ${paths[0] ?? '.'}`, {
    hint: instead ?? 'a requirements file of another name has to be named',
  })
}

function describe(prose: RequirementsFile): string {
  const format = otherFormat(prose)
  return format ? `it is ${format.what}` : 'its lines are text'
}

/** `constraints_torch.txt`, `torch.constraints.txt`, `constraints/py311.txt`. */
function saysConstraints({ absolute }: RequirementsFile): boolean {
  const inItsFolder = /^constraints$/i.test(basename(dirname(absolute)))
  return inItsFolder || /(?:^|[-_.])constraints?(?:[-_.\d]|$)/i.test(basename(absolute))
}
