import { LONGEST_YAML, readYaml, type YamlFile } from '../../project-files/yaml-nodes.ts'
import type { SourceFile } from '../source-files.ts'

const read = new WeakMap<SourceFile, { readonly yaml: YamlFile | undefined }>()

/** The YAML of a file, which several jobs may ask for; undefined where it is none, or too long. */
export function yamlOf(file: SourceFile): YamlFile | undefined {
  const known = read.get(file) ?? { yaml: readYaml(file.text) }
  read.set(file, known)
  return known.yaml
}

/** In characters: the most that is read of a file with commands, whatever it is. */
export const LONGEST_TEXT = LONGEST_YAML
