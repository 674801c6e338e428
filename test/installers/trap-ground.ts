import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import type { IndexedSandbox } from '../sandbox.ts'
import { type Trap, traps } from './traps.ts'

export interface World {
  readonly repository: string
  /** Variables of a user whom the traps have led as far as variables go. */
  readonly variables: Readonly<Record<string, string>>
  sprung(trap: Trap): boolean
  /** Whether anybody fetched the requirements file of the net. */
  remoteIsAsked(): boolean
}

/** Where traps are laid, and a server that says whether anybody went into one. */
export interface TrapGround {
  /** The paths that the server was asked for. */
  readonly asked: readonly string[]
  /** Known from before the first test on. */
  address(): string
  /** Makes a repository with these traps. @param path of the programs that are no trap */
  trapped(set: readonly Trap[], files: Readonly<Record<string, string>>, path: string): World
  /** Rewrites a file of it with `--verify`. */
  verified(world: World, cwd: string, path: string): ReturnType<typeof rewrite>
}

/** Makes a ground in a sandbox, for the tests of the file that calls it. */
export function trapGround({ temporary, environment, optionsIn }: IndexedSandbox): TrapGround {
  const asked: string[] = []
  const stranger = createServer((request, response) => {
    asked.push(request.url!)
    response.end('--no-binary=:all:\n')
  })
  beforeAll(() => new Promise<void>(done => stranger.listen(0, '127.0.0.1', done)))
  afterAll(() => {
    stranger.closeAllConnections()
    stranger.close()
  })
  const address = () => `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  const isAsked = (url: string) => asked.some(path => path.startsWith(`${new URL(url).pathname}/`))

  function trapped(set: readonly Trap[], files: Readonly<Record<string, string>>, path: string): World {
    const folder = mkdtempSync(join(temporary, 'world-'))
    const repository = join(folder, 'repository')
    const server = `${address()}/${folder.slice(-6)}`
    const markOf = (trap: Trap) => join(folder, `mark-${traps.indexOf(trap)}`)
    const pathOf = (trap: Trap) => `${server}/${traps.indexOf(trap)}`
    const put = (name: string, text: string) => {
      mkdirSync(dirname(join(repository, name)), { recursive: true })
      writeFileSync(join(repository, name), text)
      if (text.startsWith('#!')) chmodSync(join(repository, name), 0o755)
    }
    for (const trap of set)
      for (const [name, text] of Object.entries(trap.files))
        put(name, text.replaceAll('{MARK}', markOf(trap)).replaceAll('{TRAP}', pathOf(trap)))
    for (const [name, text] of Object.entries({ '.git/HEAD': '', ...files }))
      put(name, text.replaceAll('{TRAP}', `${server}/remote`))
    const variables: Record<string, string> = { PATH: path }
    for (const trap of set)
      for (const [name, value] of Object.entries(trap.variables ?? {}))
        variables[name] = value.replaceAll('{HERE}', repository).replaceAll('{PATH}', variables['PATH']!)
    return {
      repository,
      variables,
      sprung: trap => existsSync(markOf(trap)) || isAsked(pathOf(trap)),
      remoteIsAsked: () => isAsked(`${server}/remote`),
    }
  }
  const verified = (world: World, cwd: string, path: string) =>
    rewrite([path], {
      ...optionsIn(cwd),
      environment: { ...environment, PIP_RETRIES: '0', ...world.variables },
      sizes: false,
      verify: true,
    })
  return { asked, address, trapped, verified }
}

const lines = ['torch>=2.0', '-e ./own', './own', './own-1-py3-none-any.whl', '-r {TRAP}/requirements.txt', '']
/** A file of which `--verify` asks the installers the first line alone. */
export const files = { 'requirements.txt': lines.join('\n') }
