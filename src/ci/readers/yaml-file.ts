import { LONGEST_YAML, readYaml, type YamlFile } from '../../project-files/yaml-nodes.ts'
import { onceForEachObject } from '../../text/memo.ts'
import type { SourceFile } from '../source-files.ts'

/** The YAML of a file, which several jobs may ask for; undefined where it is none, or too long. */
export const yamlOf: (file: SourceFile) => YamlFile | undefined = onceForEachObject(({ text }) => readYaml(text))

/** In characters: the most that is read of a file with commands, whatever it is. */
export const LONGEST_TEXT = LONGEST_YAML
