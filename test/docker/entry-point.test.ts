import { describe, expect, test } from 'vitest'
import { type EntryPoints, findEntryPoints } from '../../src/docker/init/entry-points/find.ts'
import type { Project } from '../../src/docker/init/entry-points/project.ts'
import { openSearch } from '../../src/docker/init/entry-points/search.ts'
import { needsOf, readAsked } from '../../src/docker/init/needs.ts'
import { readTree } from '../../src/docker/init/tree.ts'
import { folderWith } from '../workspace/temporary.ts'

async function found(
  files: Readonly<Record<string, string>>,
  requirements = '',
  more: Partial<Project> = {},
): Promise<EntryPoints> {
  const needs = needsOf(
    readAsked(requirements.split(' ').filter(Boolean), 'requirements.txt'),
    { state: 'none' },
    false,
  )
  const search = await openSearch(await readTree(folderWith(files)), {
    needs,
    scripts: [],
    installed: false,
    name: undefined,
    ...more,
  })
  return findEntryPoints(search)
}

const fastapi = 'from fastapi import FastAPI\napp = FastAPI()\n'
const flask = 'from flask import Flask\napp = Flask(__name__)\n'
const serve = (target: string, port = 8000) => `uvicorn ${target} --host 0.0.0.0 --port ${port}`

describe('an application is recognised by its text', () => {
  test.each<[string, Record<string, string>, string, string, string]>([
    ['FastAPI', { 'main.py': fastapi }, '', serve('main:app'), 'main.py:2'],
    [
      'through the module',
      { 'main.py': 'import fastapi\nweb = fastapi.FastAPI(title="x")\n' },
      '',
      serve('main:web'),
      'main.py:2',
    ],
    [
      'with a type',
      { 'main.py': 'from fastapi import FastAPI\napi: FastAPI = FastAPI(\n)\n' },
      '',
      serve('main:api'),
      'main.py:2',
    ],
    [
      'Starlette',
      { 'asgi.py': 'from starlette.applications import Starlette\napp = Starlette()\n' },
      '',
      serve('asgi:app'),
      'asgi.py:2',
    ],
    ['in a package', { 'app/__init__.py': '', 'app/main.py': fastapi }, '', serve('app.main:app'), 'app/main.py:2'],
    ['in a package file', { 'app/__init__.py': fastapi }, '', serve('app:app'), 'app/__init__.py:2'],
    ['Windows line ends', { 'main.py': fastapi.replace(/\n/g, '\r\n') }, '', serve('main:app'), 'main.py:2'],
    ['the name app goes first', { 'main.py': `${fastapi}internal = FastAPI()\n` }, '', serve('main:app'), 'main.py:2'],
    [
      'a factory',
      { 'main.py': 'from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\n' },
      '',
      'uvicorn --factory main:create_app --host 0.0.0.0 --port 8000',
      'main.py:2',
    ],
    [
      'made elsewhere',
      {
        'web/core.py': 'from fastapi import FastAPI\ndef create_app(): return FastAPI()\n',
        'main.py': 'from web.core import create_app\napp = create_app()\n',
      },
      '',
      serve('main:app'),
      'main.py:2',
    ],
    [
      'hypercorn where it is what is installed',
      { 'main.py': fastapi },
      'hypercorn',
      'hypercorn --bind 0.0.0.0:8000 main:app',
      'main.py:2',
    ],
    ['Flask', { 'app.py': flask }, '', 'flask --app app:app run --host=0.0.0.0 --port=5000', 'app.py:2'],
    ['Flask with gunicorn', { 'app.py': flask }, 'flask gunicorn', 'gunicorn --bind 0.0.0.0:8000 app:app', 'app.py:2'],
    [
      'Flask with waitress',
      { 'app.py': flask },
      'waitress',
      'waitress-serve --listen=0.0.0.0:8000 app:app',
      'app.py:2',
    ],
    [
      'a Flask factory',
      {
        'shop/__init__.py':
          'from flask import Flask\ndef create_app(config=None) -> Flask:\n    return Flask("shop")\n',
      },
      'gunicorn',
      'gunicorn --bind 0.0.0.0:8000 shop:create_app()',
      'shop/__init__.py:2',
    ],
    [
      'Django with gunicorn',
      { 'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")', 'shop/wsgi.py': '' },
      'gunicorn',
      'gunicorn --bind 0.0.0.0:8000 shop.wsgi:application',
      'manage.py:1',
    ],
    [
      'Django with uvicorn',
      { 'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')", 'shop/asgi.py': '' },
      'uvicorn',
      serve('shop.asgi:application'),
      'manage.py:1',
    ],
    [
      'Django alone',
      { 'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')", 'shop/wsgi.py': '' },
      '',
      'python manage.py runserver 0.0.0.0:8000',
      'manage.py:1',
    ],
    [
      'Streamlit',
      { 'app.py': 'import streamlit as st\nst.title("x")\n' },
      '',
      'streamlit run app.py --server.address=0.0.0.0 --server.port=8501 --server.headless=true',
      'app.py:2',
    ],
    [
      'Streamlit pages are part of it',
      {
        'Home.py': 'import streamlit as st\nst.title("x")\n',
        'pages/1_More.py': 'import streamlit as st\nst.title("y")\n',
      },
      '',
      'streamlit run Home.py --server.address=0.0.0.0 --server.port=8501 --server.headless=true',
      'Home.py:2',
    ],
    ['Gradio', { 'demo.py': 'import gradio as gr\ngr.Interface().launch()\n' }, '', 'python demo.py', 'demo.py:2'],
    [
      '__main__.py',
      { 'tool/__main__.py': 'print(1)\n', 'tool/__init__.py': '' },
      '',
      'python -m tool',
      'tool/__main__.py',
    ],
    ['main.py', { 'main.py': 'print(1)\n', 'helper.py': '' }, '', 'python main.py', 'main.py'],
    [
      'the only file that runs',
      { 'crawl.py': 'x = 1\nif __name__ == "__main__":\n    print(x)\n', 'parse.py': '' },
      '',
      'python crawl.py',
      'crawl.py:2',
    ],
    [
      'Procfile',
      { Procfile: 'release: ./migrate\nweb: gunicorn shop.wsgi\n', 'main.py': fastapi },
      '',
      'gunicorn --bind 0.0.0.0:8000 shop.wsgi',
      'Procfile:2',
    ],
    [
      'Procfile with a port',
      { Procfile: 'web: uvicorn main:app --port ${PORT:-8080}' },
      '',
      'uvicorn main:app --port 8080 --host 0.0.0.0',
      'Procfile:1',
    ],
    [
      'Procfile with $PORT',
      { Procfile: 'web: gunicorn -b 0.0.0.0:$PORT app:app' },
      '',
      'gunicorn -b 0.0.0.0:8000 app:app',
      'Procfile:1',
    ],
    [
      'Procfile that needs a shell',
      { Procfile: 'web: ./migrate && gunicorn app:app' },
      '',
      'sh -c ./migrate && gunicorn app:app',
      'Procfile:1',
    ],
  ])('%s', async (_, files, requirements, command, source) => {
    const { best } = await found(files, requirements)
    expect(best?.command.join(' ')).toBe(command)
    expect(best?.source).toBe(source)
  })

  test.each<[string, Record<string, string>]>([
    ['a comment', { 'x.py': 'from fastapi import FastAPI\n# app = FastAPI()\n' }],
    ['a text of several lines', { 'x.py': 'from fastapi import FastAPI\n"""\napp = FastAPI()\n"""\n' }],
    ['inside of a function', { 'x.py': 'from fastapi import FastAPI\ndef handler():\n    app = FastAPI()\n' }],
    ['another FastAPI', { 'x.py': 'from mine import FastAPI\napp = FastAPI()\n' }],
    ['a test', { 'tests/test_x.py': fastapi }],
    ['an example', { 'examples/main.py': fastapi }],
    ['what git ignores', { '.git/HEAD': '', '.gitignore': 'old/\n', 'old/main.py': fastapi }],
    ['an environment', { 'env/pyvenv.cfg': '', 'env/lib/main.py': fastapi }],
    ['a Procfile without web', { Procfile: 'worker: python work.py\n' }],
    ['nothing', {}],
  ])('and is none in %s', async (_, files) => {
    expect((await found(files)).best).toBeUndefined()
  })
})

describe('the module is named as Python imports it', () => {
  test.each<[string, Record<string, string>, string, string | undefined]>([
    ['src of an installed project', { 'src/shop/web.py': fastapi, 'pyproject.toml': '' }, 'shop.web:app', undefined],
    [
      'a folder that is no package, and imports from beside itself',
      { 'backend/main.py': `import routers\n${fastapi}`, 'backend/routers.py': '' },
      'main:app',
      '/app/backend',
    ],
    ['a folder whose name is no identifier', { 'my-api/main.py': fastapi }, 'main:app', '/app/my-api'],
    ['a package below such a folder', { 'my-api/web/main.py': fastapi }, 'web.main:app', '/app/my-api'],
    [
      'a folder that is imported by its name',
      { 'backend/main.py': `from backend import routers\n${fastapi}`, 'backend/routers.py': '' },
      'backend.main:app',
      undefined,
    ],
  ])('%s', async (_, files, target, path) => {
    const { best } = await found(files, 'uvicorn', { installed: 'pyproject.toml' in files })
    expect(best?.command).toContain(target)
    expect(best?.environment['PYTHONPATH']).toBe(path)
  })

  test('src of a project that is not installed is on the path', async () => {
    const { best } = await found({ 'src/shop/web.py': fastapi })
    expect(best).toMatchObject({
      environment: { PYTHONPATH: '/app/src' },
      command: expect.arrayContaining(['shop.web:app']),
    })
  })

  test('src that is imported as src is a package', async () => {
    const { best } = await found({ 'src/main.py': `from src.db import get\n${fastapi}`, 'src/db.py': '' })
    expect(best?.command).toContain('src.main:app')
  })
})

describe('the port is the one of the code', () => {
  test.each<[string, string, number]>([
    ['uvicorn.run', 'import uvicorn\nuvicorn.run(app, host="0.0.0.0", port=8080)\n', 8080],
    ['from the environment', 'import os, uvicorn\nuvicorn.run(app, port=int(os.environ.get("PORT", 8081)))\n', 8081],
    ['os.getenv with a text', 'import os, uvicorn\nuvicorn.run(app, port=int(os.getenv("PORT", "8082")))\n', 8082],
    ['by a name', 'import uvicorn\nPORT = 8083\nuvicorn.run(app, port=PORT)\n', 8083],
    [
      'by a name from the environment',
      'import os, uvicorn\nPORT = int(os.environ.get("APP_PORT", "8084"))\nuvicorn.run(app, port=PORT)\n',
      8084,
    ],
    ['nothing', '', 8000],
    ['a database', 'db = connect(host="db", port=5432)\nURL = os.getenv("DB_PORT", "5432")\n', 8000],
    ['no port at all', 'uvicorn.run(app, port=70000)\n', 8000],
  ])('%s', async (_, code, port) => {
    expect((await found({ 'main.py': `${fastapi}${code}` })).best?.port).toBe(port)
  })

  test('Gradio', async () => {
    const { best } = await found({
      'app.py': 'import gradio as gr\ngr.Blocks().launch(server_port=7000, server_name="127.0.0.1")\n',
    })
    expect(best).toMatchObject({ port: 7000, local: true, environment: { GRADIO_SERVER_NAME: '0.0.0.0' } })
  })
})

describe('of several, the first kind wins and the rest is told', () => {
  test('two applications', async () => {
    const { best, others } = await found({ 'api/main.py': fastapi, 'web/app.py': flask }, 'uvicorn')
    expect(best?.source).toBe('api/main.py:2')
    expect(others.map(({ source }) => source)).toEqual(['web/app.py:2'])
  })

  test('near the top goes before a usual name', async () => {
    const { best } = await found({ 'service.py': fastapi, 'plugins/extra/main.py': fastapi })
    expect(best?.source).toBe('service.py:2')
  })

  test('a factory and what it makes are one application', async () => {
    const factory = 'from flask import Flask\ndef create_app():\n    return Flask("x")\n'
    const { best, others } = await found({
      'web/__init__.py': factory,
      'wsgi.py': 'from web import create_app\nimport flask\napp = create_app()\n',
    })
    expect(best?.command).toContain('wsgi:app')
    expect(others).toEqual([])
  })

  test('an application goes before a command of the project', async () => {
    const files = { 'pyproject.toml': '[project.scripts]\nshop = "shop:main"\n', 'main.py': fastapi }
    expect((await found(files, '', { installed: true, scripts: ['shop'] })).best?.source).toBe('main.py:2')
  })

  test('the command that is called like the project', async () => {
    const files = { 'pyproject.toml': '[project.scripts]\nadmin = "a:b"\nshop = "shop:main"\n' }
    const { best, others } = await found(files, '', { installed: true, scripts: ['admin', 'shop'], name: 'shop' })
    expect(best).toMatchObject({ command: ['shop'], source: 'pyproject.toml:3' })
    expect(others.map(({ command }) => command)).toEqual([['admin']])
  })

  test('a command of a project that is not installed is none', async () => {
    expect((await found({ 'pyproject.toml': '' }, '', { scripts: ['shop'] })).best).toBeUndefined()
  })

  test('notebooks alone', async () => {
    expect(await found({ 'a.ipynb': '{}', 'b/c.ipynb': '{}' })).toEqual({
      best: undefined,
      others: [],
      notebooks: ['a.ipynb', 'b/c.ipynb'],
    })
  })
})

describe('a server that is not installed is told', () => {
  test.each([
    ['', 'uvicorn'],
    ['fastapi', 'uvicorn'],
    ['uvicorn[standard]', undefined],
    ['fastapi[standard]', undefined],
    ['fastapi[all]', undefined],
  ])('%s', async (requirements, missing) => {
    expect((await found({ 'main.py': fastapi }, requirements)).best?.missingProgram).toBe(missing)
  })
})
