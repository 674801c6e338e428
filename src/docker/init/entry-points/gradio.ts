import { lineAt, listensLocally, type PythonFile, portIn } from '../python-code.ts'
import { type EntryPoint, entryOf, pathOf } from './entry-point.ts'
import { scoreOf } from './ranking.ts'
import { scriptRoot } from './scripts.ts'
import type { Candidate, Search } from './search.ts'

/** Files that launch a Gradio interface. */
export function gradioApplications(search: Search): Candidate[] {
  return search.files.flatMap(file => gradioApplication(file, search))
}

function gradioApplication(file: PythonFile, search: Search): Candidate[] {
  const at = file.code.search(/\.launch\(/)
  if (!file.imports.has('gradio') || at < 0) return []
  const entry: EntryPoint = {
    ...entryOf(['python', file.path], portIn(file) ?? 7860, `${file.path}:${lineAt(file, at)}`, 'Gradio'),
    // Without it Gradio listens to the container alone.
    environment: { GRADIO_SERVER_NAME: '0.0.0.0', ...pathOf(scriptRoot(file, search)) },
    local: listensLocally(file),
    file: file.path,
  }
  return [{ score: scoreOf(file.path), entry }]
}
