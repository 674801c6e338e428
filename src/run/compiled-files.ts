import { dirname, resolve } from 'node:path'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { type Compiled, compiledFrom, outputOf } from '../project-files/compiled.ts'

/** The files of a run by absolute path. */
export type FilesByPath = ReadonlyMap<string, RequirementsFile>

/**
 * The files of a run from which a tool compiled one of them: those its header names, and where it names none that is there,
 * the `.in` of the same name beside a `.txt`, which is what pip-tools and uv take without a header too.
 */
export function sourcesOf(file: RequirementsFile, files: FilesByPath): RequirementsFile[] {
  const named = namedSources(file, files)
  if (named.length > 0 || !file.absolute.endsWith('.txt')) return named
  return present([`${file.absolute.slice(0, -'.txt'.length)}.in`], files)
}

/**
 * How the files of a run were compiled that say so in their header, by absolute path.
 * @param sources the files that change together with one, by its absolute path
 */
export function compiledIn(
  files: FilesByPath,
  sources: ReadonlyMap<string, readonly RequirementsFile[]>,
): ReadonlyMap<string, Compiled & { readonly changesWith: readonly RequirementsFile[] }> {
  const compiled = [...files.values()].flatMap(file => {
    const made = compiledFrom(file.source)
    return made ? [[file.absolute, { ...made, changesWith: sources.get(file.absolute) ?? [] }] as const] : []
  })
  return new Map(compiled)
}

/** Paths in a header start where the command was run: in the folder of the file, or in one above it. */
function namedSources({ absolute, source }: RequirementsFile, files: FilesByPath): RequirementsFile[] {
  const made = compiledFrom(source)
  if (!made) return []
  const output = made.command === undefined ? undefined : outputOf(made.command)
  for (let folder = dirname(absolute); ; folder = dirname(folder)) {
    const wrote = output ?? made.sources[0]?.replace(/\.in$/, '.txt')
    if (folder === dirname(absolute) || (wrote !== undefined && resolve(folder, wrote) === absolute)) {
      const found = present(
        made.sources.map(path => resolve(folder, path)),
        files,
      ).filter(found => found.absolute !== absolute)
      if (found.length > 0) return found
    }
    if (dirname(folder) === folder) return []
  }
}

function present(paths: readonly string[], files: FilesByPath): RequirementsFile[] {
  return paths.flatMap(path => files.get(path) ?? [])
}
