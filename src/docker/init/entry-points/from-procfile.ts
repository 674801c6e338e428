import { procfileStart } from '../procfile.ts'
import { entryOf } from './entry-point.ts'
import { installs } from './project.ts'
import type { Candidate, Search } from './search.ts'

export async function fromProcfile({ tree, project }: Search): Promise<Candidate[]> {
  const start = tree.has('Procfile') ? procfileStart(await tree.text('Procfile')) : undefined
  if (!start) return []
  const { command, port, line } = start
  const program = ['uvicorn', 'gunicorn', 'hypercorn', 'waitress'].find(name => command[0]!.startsWith(name))
  return [
    {
      score: 0,
      entry: {
        ...entryOf(command, port, `Procfile:${line}`, 'Procfile'),
        missingProgram: program !== undefined && !installs(project.needs, program) ? program : undefined,
      },
    },
  ]
}
