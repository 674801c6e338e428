import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { TorchpinError } from '../../src/contract/errors.ts'
import { DEFAULT_CPU_INDEX_URL } from '../../src/contract/options.ts'
import { loadRequirements } from '../../src/formats/requirements/files.ts'

/** One requirements file to compare, with the folder it needs around it. */
export interface Subject {
  /** How the document names it. */
  readonly id: string
  readonly folder: string
  /** The files of the folder that come along. */
  readonly files: readonly string[]
  /** Relative to the folder. */
  readonly root: string
}

/**
 * The files of a folder that nothing else there includes. A file right in the folder stands alone; a folder in it holds
 * files that belong together.
 */
export async function subjectsIn(folder: string): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isFile() && isRequirements(entry.name))
      subjects.push({ id: entry.name, folder, files: [entry.name], root: entry.name })
    if (entry.isDirectory()) subjects.push(...(await rootsIn(join(folder, entry.name), entry.name)))
  }
  return subjects
}

const isRequirements = (name: string): boolean => /\.(?:txt|in)$/.test(name)

async function rootsIn(folder: string, name: string): Promise<Subject[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
  const candidates = files.filter(isRequirements)
  const included = new Set<string>()
  for (const root of candidates) {
    try {
      for (const file of await loadRequirements([root], { cwd: folder }))
        for (const include of file.includes) included.add(relative(folder, include.file))
    } catch (error) {
      // The comparison says later why it cannot be read.
      if (!(error instanceof TorchpinError)) throw error
    }
  }
  return candidates.filter(file => !included.has(file)).map(root => ({ id: `${name}/${root}`, folder, files, root }))
}

/** The address of the index of CPU builds, and not of a page below it that is something else. */
const cpuIndex = new RegExp(`${DEFAULT_CPU_INDEX_URL.replaceAll('.', '\\.')}(/?(?=["'\\s]|$))`, 'g')

/** Copies what belongs to a subject, with another address for the index of CPU builds where a file names it. */
export async function copyTo(folder: string, subject: Subject, cpuIndexUrl: string): Promise<void> {
  for (const file of subject.files) {
    const target = resolve(folder, file)
    await mkdir(dirname(target), { recursive: true })
    // Byte for byte but for that, whatever the encoding.
    const text = await readFile(join(subject.folder, file), 'latin1')
    await writeFile(target, text.replaceAll(cpuIndex, `${cpuIndexUrl}$1`), 'latin1')
  }
}
