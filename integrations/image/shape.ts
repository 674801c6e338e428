import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { holds } from '../claims.ts'
import type { Base } from './base-images.ts'
import type { Case } from './cases.ts'
import { lastLines, type Ran } from './command.ts'
import type { Engine } from './engine.ts'
import type { Network } from './network.ts'
import { makeRepository, torchpin } from './repository.ts'
import { forms, holdSizes } from './sizes.ts'
import { ask } from './started.ts'

/** What images are made with and of. */
export interface World {
  readonly engine: Engine
  readonly network: Network
  readonly base: Base
}

/** Holds that a command ended well; shows the end of its output where it did not. */
export function holdsCode(claim: string, { code, stdout, stderr }: Ran): boolean {
  holds(claim, code, 0)
  if (code !== 0) console.log(lastLines(stdout + stderr, 30))
  return code === 0
}

/** One repository: rewritten, given a Dockerfile, built, started, asked, weighed. */
export async function tryShape(one: Case, world: World): Promise<void> {
  const { engine, network, base } = world
  const folder = join(engine.place.cwd, one.id)
  console.log(`\n${one.id}`)
  await makeRepository(one, network, folder, base.python)
  if (!one.onlyInit && !holdsCode('torchpin rewrite .', await torchpin(network, folder, 'rewrite', '.'))) return
  // Poetry may build packages to do so, and torchpin leaves it to the user.
  if (one.locks === 'poetry' && !holdsCode('poetry lock', await network.run('poetry', ['lock'], folder))) return
  const words = base.release === 'trixie' ? [] : ['--base', `slim-${base.release}`]
  if (!holdsCode('torchpin docker init', await torchpin(network, folder, 'docker', 'init', ...words))) return
  holdsCode('torchpin docker check finds nothing', await torchpin(network, folder, 'docker', 'check'))
  const began = performance.now()
  if (!holdsCode('is built', await engine.build(folder, one.id, network.standIns))) return
  console.log(`      built in ${Math.round((performance.now() - began) / 1000)} s`)
  await holdStarted(one, world)
  const saved = one.everyForm ? forms : forms.slice(0, 1)
  await holdSizes({ tag: one.id, gpu: false, forms: saved }, world)
}

async function holdStarted(one: Case, { engine }: World): Promise<void> {
  const container = await engine.container(one.id)
  try {
    const root = await engine.mounted(container)
    const { status, body, printed } = await ask(engine, container, one.id, one.health)
    holds(`answers ${one.health}`, { status, answer: one.answers.test(body) }, { status: 200, answer: true })
    if (status !== 200) console.log(printed)
    else console.log(`      ${body.trim()}`)
    const { uid } = statSync(join(root, 'app'))
    holds(one.writes ? '/app is the user’s, for it writes there' : '/app is root’s', uid, one.writes ? 10001 : 0)
    for (const path of one.writes ?? []) holds(`has written ${path}`, existsSync(join(root, 'app', path)), true)
    const gomp = existsSync(join(root, 'usr/lib/x86_64-linux-gnu/libgomp.so.1'))
    holds(one.needsGomp ? 'has libgomp.so.1' : 'has no libgomp.so.1, and works', gomp, one.needsGomp ?? false)
  } finally {
    await engine.remove(container)
  }
}
