import { spawn, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'
import { files, trapGround } from './trap-ground.ts'
import { type Trap, traps } from './traps.ts'

/** Each trap is one, and the real pip and uv go into none. */

const box = sandbox(cpu2023, main2023)
const { trapped, verified } = trapGround(box)

const answers = (command: string, args: readonly string[]): string =>
  spawnSync(command, args, { encoding: 'utf8' }).stdout ?? ''
const hasPip = /python 3\.11/.test(answers('python3.11', ['-I', '-m', 'pip', '--version']))
const hasUv = answers('uv', ['--version']).startsWith('uv ')

describe('each trap catches who goes into it', () => {
  const isHere = ({ files, victim: [program] }: Trap) =>
    program in files || program === 'sh' || answers(program, ['--version']) !== ''
  test.skipIf(process.platform === 'win32').each(traps.filter(isHere).map(trap => ({ id: trap.id, trap })))(
    '$id',
    async ({ trap }) => {
      const world = trapped([trap], { 'requirements.txt': 'torch\n' }, process.env['PATH']!)
      const [command, ...args] = trap.victim
      const child = spawn(command, args, {
        cwd: world.repository,
        env: { ...box.environment, UV_HTTP_RETRIES: '0', ...world.variables },
        stdio: 'ignore',
      })
      await new Promise(done => child.on('close', done).on('error', done))
      expect(world.sprung(trap)).toBe(true)
    },
  )
})

/** Who is looked for on the PATH does not depend on the installers. */
const notByPath = traps.filter(({ variables }) => !variables?.['PATH'])

describe.skipIf(!hasPip || !hasUv)('--verify with the real pip and uv goes into no trap', () => {
  test.each(notByPath.map(trap => ({ id: trap.id, trap })))('$id', async ({ trap }) => {
    const world = trapped([trap], files, process.env['PATH']!)
    const { result } = await verified(world, world.repository, 'requirements.txt')
    expect(result.verified?.map(({ tool }) => tool)).toEqual(['pip', 'uv'])
    expect(world.sprung(trap)).toBe(false)
    expect(world.remoteIsAsked()).toBe(false)
  })
})
