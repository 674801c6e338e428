import type { Option } from './parse.ts'
import type { RequirementsFile } from './requirements-file.ts'

/** An option in force, and where it was set. */
export interface SetOption {
  readonly value: string
  readonly option: Option
  readonly file: RequirementsFile
}

/** Where pip looks for projects, once it has read a file and all that the file brings in. */
export interface EffectiveIndexes {
  /** Missing where the files leave it to pip's configuration. */
  readonly indexUrl?: SetOption
  readonly extraIndexUrls: readonly SetOption[]
  readonly findLinks: readonly SetOption[]
  readonly noIndex: boolean
}

/**
 * Follows pip's finder through a file and its includes, in order (pip: `handle_option_line`). A line that sets `-i` starts
 * the list of indexes anew, extra ones included; after `--no-index` there are none, and no later line brings any.
 *
 * @param files those it may bring in, by their absolute paths
 */
export function effectiveIndexes(
  root: RequirementsFile,
  files: ReadonlyMap<string, RequirementsFile>,
): EffectiveIndexes {
  const { indexUrl, extraIndexUrls, findLinks, noIndex } = changesBy(root, files)
  return {
    ...(indexUrl && { indexUrl }),
    extraIndexUrls: [...extraIndexUrls.values()],
    findLinks: [...findLinks.values()],
    noIndex,
  }
}

/** What a file, or a part of it, changes in pip's finder. Each option counts once, however often pip comes to it. */
interface Changes {
  /** What was set before is gone. */
  anew: boolean
  indexUrl: SetOption | undefined
  extraIndexUrls: Map<Option, SetOption>
  readonly findLinks: Map<Option, SetOption>
  noIndex: boolean
}

/** Works out the changes of each file once: a file that two others include, and those two others, would double them each time. */
function changesBy(
  file: RequirementsFile,
  files: ReadonlyMap<string, RequirementsFile>,
  known = new Map<RequirementsFile, Changes>(),
): Changes {
  const before = known.get(file)
  if (before) return before
  const changes = noChanges()
  let include = 0
  for (const statement of file.statements) {
    if (statement.kind !== 'option') continue
    const here = noChanges()
    for (const option of statement.options) {
      if (!option.effective) continue
      const set = { value: option.value!, option, file }
      if (option.name === 'no-index') here.anew = here.noIndex = true
      // On one line `-i` is read before the extra indexes, wherever it stands.
      else if (option.name === 'index-url' && !here.indexUrl) [here.anew, here.indexUrl] = [true, set]
      else if (option.name === 'extra-index-url') here.extraIndexUrls.set(option, set)
      else if (option.name === 'find-links') here.findLinks.set(option, set)
    }
    follow(changes, here)
    // Includes are in the order of their statements, several of one statement included.
    for (; file.includes[include]?.statement === statement; include++) {
      const included = files.get(file.includes[include]!.file)
      if (included) follow(changes, changesBy(included, files, known))
    }
  }
  known.set(file, changes)
  return changes
}

function noChanges(): Changes {
  return { anew: false, indexUrl: undefined, extraIndexUrls: new Map(), findLinks: new Map(), noIndex: false }
}

/** Adds the changes that come behind others. */
function follow(changes: Changes, next: Changes): void {
  for (const [option, set] of next.findLinks) changes.findLinks.set(option, set)
  if (changes.noIndex) return
  if (next.anew) {
    changes.anew = true
    changes.indexUrl = next.indexUrl
    changes.extraIndexUrls = new Map()
  }
  changes.noIndex = next.noIndex
  if (!next.noIndex) for (const [option, set] of next.extraIndexUrls) changes.extraIndexUrls.set(option, set)
}
