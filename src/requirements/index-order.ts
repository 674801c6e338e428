import type { RequirementsFile } from './files.ts'
import type { Option } from './parse.ts'

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
 * @param files the files of the run, as `loadRequirements` gives them
 */
export function effectiveIndexes(root: RequirementsFile, files: readonly RequirementsFile[]): EffectiveIndexes {
  const byPath = new Map(files.map(file => [file.absolute, file]))
  let indexUrl: SetOption | undefined
  let extraIndexUrls: SetOption[] = []
  const findLinks: SetOption[] = []
  let noIndex = false

  const read = (file: RequirementsFile): void => {
    for (const statement of file.statements) {
      if (statement.kind !== 'option') continue
      const effective = statement.options.filter(option => option.effective)
      const valuesOf = (name: Option['name']) =>
        effective.filter(option => option.name === name).map(option => ({ value: option.value!, option, file }))
      if (effective.some(({ name }) => name === 'no-index')) [noIndex, indexUrl, extraIndexUrls] = [true, undefined, []]
      const [newIndex] = valuesOf('index-url')
      // On one line `-i` is read before the extra indexes, wherever it stands.
      if (newIndex && !noIndex) [indexUrl, extraIndexUrls] = [newIndex, []]
      if (!noIndex) extraIndexUrls.push(...valuesOf('extra-index-url'))
      findLinks.push(...valuesOf('find-links'))
      for (const include of file.includes) {
        const included = include.statement === statement && byPath.get(include.file)
        if (included) read(included)
      }
    }
  }
  read(root)
  return { ...(indexUrl && { indexUrl }), extraIndexUrls, findLinks, noIndex }
}
