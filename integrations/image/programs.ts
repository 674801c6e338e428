import { join } from 'node:path'
import { poetryVersion, uvVersion } from '../../src/docker/init/choices.ts'
import { Lacking, lastLines, output, type Place, run } from './command.ts'

/** The uv that images get, and the Poetry, as programs of this machine. */
export interface Programs {
  /** Folders for PATH. */
  readonly bin: readonly string[]
  /** Of uv and uvx. */
  readonly uv: string
}

/** Installs both from the public index. @throws Lacking where that cannot be reached */
export async function installPrograms(temporary: string): Promise<Programs> {
  const place: Place = { cwd: temporary, env: { ...withoutSources(process.env), PIP_CONFIG_FILE: '/dev/null' } }
  const uv = join(temporary, 'uv-program')
  await output('python3', ['-m', 'venv', uv], place)
  const words = ['-m', 'pip', 'install', '--quiet', `uv==${uvVersion}`]
  const { code, stderr } = await run(join(uv, 'bin/python'), words, place)
  if (code !== 0) throw new Lacking(`pip cannot install from the public index\n${lastLines(stderr, 1)}`)
  const poetry = join(temporary, 'poetry-program')
  await output(join(uv, 'bin/uv'), ['venv', '--quiet', poetry], place)
  const more = ['pip', 'install', '--quiet', '--python', poetry, `poetry==${poetryVersion}`]
  await output(join(uv, 'bin/uv'), more, { ...place, env: { ...place.env, HOME: temporary } })
  return { uv: join(uv, 'bin'), bin: [join(uv, 'bin'), join(poetry, 'bin')] }
}

function withoutSources(variables: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value === undefined || name === 'PIP_FIND_LINKS' ? [] : [[name, value]],
    ),
  )
}
