import { lineAt, type PythonFile } from '../python-code.ts'
import { entryOf } from './entry-point.ts'
import { scoreOf } from './ranking.ts'
import type { Candidate, Search } from './search.ts'

/** Files that call Streamlit at their top level, pages of others left out. */
export async function streamlitPages(search: Search): Promise<Candidate[]> {
  return (await Promise.all(search.files.map(file => streamlitPage(file, search)))).flat()
}

async function streamlitPage(file: PythonFile, { tree }: Search): Promise<Candidate[]> {
  const at = file.code.search(/^(?:st|streamlit)\.\w+/m)
  if (!file.imports.has('streamlit') || at < 0 || /(?:^|\/)pages\//.test(file.path)) return []
  const set = /^[ \t]*port[ \t]*=[ \t]*(\d+)/m.exec(await tree.text('.streamlit/config.toml'))?.[1]
  const port = set === undefined ? 8501 : Number(set)
  const command = [
    'streamlit',
    'run',
    file.path,
    '--server.address=0.0.0.0',
    `--server.port=${port}`,
    '--server.headless=true',
  ]
  const source = `${file.path}:${lineAt(file, at)}`
  return [{ score: scoreOf(file.path), entry: { ...entryOf(command, port, source, 'Streamlit'), file: file.path } }]
}
