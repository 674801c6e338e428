import { basename } from 'node:path'
import { TorchpinError } from '../../../contract/errors.ts'
import type { Decision, ProjectDecision } from '../../decision.ts'
import type { Format } from '../../format.ts'
import type { ProjectSyntax, PyprojectManifest } from '../../project-manifest.ts'
import { edit } from './edit.ts'
import { readProjectDocument } from './project-document.ts'
import { manifestOf } from './read.ts'

/** pyproject.toml, and the metadata of scripts. */
export const pyprojectFormat: Format<PyprojectManifest, Decision | ProjectDecision> = {
  name: 'pyproject.toml',
  matches: path => basename(path) === 'pyproject.toml',
  read: (bytes, { path }) => readPyprojectManifest(bytes, path),
  edit,
}

/**
 * Reads what a pyproject.toml, or the metadata of a script, says.
 * @param path for messages; a file that is named `*.py` is a script
 * @param syntax whose words count; undefined: Poetry's where the file speaks to Poetry and not to uv
 * @throws TorchpinError FILE_UNREADABLE where it is not UTF-8 or no TOML, or a script has no metadata
 */
export function readPyprojectManifest(bytes: Uint8Array, path: string, syntax?: ProjectSyntax): PyprojectManifest {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const source = tomlText(bytes, path)
  const document = readProjectDocument(source, syntax ?? (path.endsWith('.py') ? 'script' : undefined), path)
  return { ...manifestOf(source, document), encoding: { name: 'utf-8', bom } }
}

/** The text of a file of TOML. @throws TorchpinError FILE_UNREADABLE where it is not UTF-8 */
export function tomlText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new TorchpinError('FILE_UNREADABLE', `${path} is not UTF-8`, { hint: 'save it as UTF-8, as TOML asks for' })
  }
}
