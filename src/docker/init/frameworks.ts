/** How applications of a kind are found in code and started. */
export interface Framework {
  readonly name: string
  /** The module that a file which makes such an application imports. */
  readonly imported: string
  /** What a top-level line assigns to a name where the application is made. */
  readonly makes: string
  readonly server: 'asgi' | 'wsgi'
}

/** Applications that are an object of a module; a server imports it by name. */
export const frameworks: readonly Framework[] = [
  { name: 'FastAPI', imported: 'fastapi', makes: 'FastAPI', server: 'asgi' },
  { name: 'Starlette', imported: 'starlette', makes: 'Starlette', server: 'asgi' },
  { name: 'Litestar', imported: 'litestar', makes: 'Litestar', server: 'asgi' },
  { name: 'Quart', imported: 'quart', makes: 'Quart', server: 'asgi' },
  { name: 'Flask', imported: 'flask', makes: 'Flask', server: 'wsgi' },
]

/** How a server is started, and what the project must install for that. */
export interface Start {
  readonly command: readonly string[]
  readonly port: number
  /** The project that has the program; undefined where the framework has it itself. */
  readonly program: string | undefined
  /** It is meant for development. */
  readonly development: boolean
}

/** An application that is an object of a module. */
export interface Application {
  readonly module: string
  /** `app`, or a factory: `create_app()` */
  readonly object: string
  /** Undefined: the usual one of the server. */
  readonly port: number | undefined
}

/**
 * The server that an application is started with: one that the project installs, else the usual one.
 *
 * @param has whether the project installs another project
 */
export function serverFor(
  { name, server }: Pick<Framework, 'name' | 'server'>,
  { module, object, port }: Application,
  has: (project: string) => boolean,
): Start {
  const factory = object.endsWith('()')
  const target = `${module}:${factory ? object.slice(0, -2) : object}`
  const on = port ?? 8000
  const started = { port: on, development: false }
  if (server === 'asgi') {
    if (has('hypercorn') && !has('uvicorn'))
      return {
        ...started,
        command: ['hypercorn', '--bind', `0.0.0.0:${on}`, `${module}:${object}`],
        program: 'hypercorn',
      }
    const command = ['uvicorn', ...(factory ? ['--factory'] : []), target, '--host', '0.0.0.0', '--port', `${on}`]
    return { ...started, command, program: 'uvicorn' }
  }
  if (has('gunicorn'))
    return { ...started, command: ['gunicorn', '--bind', `0.0.0.0:${on}`, `${module}:${object}`], program: 'gunicorn' }
  if (has('waitress')) {
    const call = factory ? ['--call'] : []
    return { ...started, command: ['waitress-serve', ...call, `--listen=0.0.0.0:${on}`, target], program: 'waitress' }
  }
  const own = port ?? (name === 'Flask' ? 5000 : 8000)
  return {
    command: ['flask', '--app', target, 'run', '--host=0.0.0.0', `--port=${own}`],
    port: own,
    program: undefined,
    development: true,
  }
}
