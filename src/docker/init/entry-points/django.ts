import { type Start, serverFor } from '../frameworks.ts'
import { lineAt } from '../python-code.ts'
import { started } from './entry-point.ts'
import { installs } from './project.ts'
import { scoreOf } from './ranking.ts'
import type { Candidate, Search } from './search.ts'

export function djangoProjects({ tree, files, project }: Search): Candidate[] {
  return files.flatMap(file => {
    const settings = /DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)["']/.exec(file.code)
    if (!/(?:^|\/)manage\.py$/.test(file.path) || !settings) return []
    const root = file.path.split('/').slice(0, -1).join('/')
    const package_ = settings[1]!.split('.')[0]!
    const has = (name: string) => tree.has(`${root === '' ? '' : `${root}/`}${package_}/${name}.py`)
    const port = 8000
    const brings = (name: string) => installs(project.needs, name)
    const served = (server: 'wsgi' | 'asgi') =>
      serverFor({ name: 'Django', server }, { module: `${package_}.${server}`, object: 'application', port }, brings)
    const start: Start =
      has('wsgi') && brings('gunicorn')
        ? served('wsgi')
        : has('asgi') && brings('uvicorn')
          ? served('asgi')
          : {
              command: ['python', file.path, 'runserver', `0.0.0.0:${port}`],
              port,
              program: undefined,
              development: true,
            }
    const source = `${file.path}:${lineAt(file, settings.index)}`
    return [
      {
        score: scoreOf(file.path),
        entry: started(start, { file, source, kind: 'Django', root: start.development ? '' : root }, project),
      },
    ]
  })
}
