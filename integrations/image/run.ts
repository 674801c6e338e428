// Has torchpin make images of small repositories, builds them unchanged, starts them and weighs them; at last a service with
// the real builds of torch, before and after: README.md beside this file.
// node scripts/run.js integrations/image/run.ts [--small] [--debian FOLDER] [ids of cases]
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { conclude } from '../claims.ts'
import { type Base, bases, makePythonImage, makeUvImage } from './base-images.ts'
import { cases } from './cases.ts'
import { endAll, Lacking } from './command.ts'
import { serveCpuIndex } from './cpu-index.ts'
import { openEngine } from './engine.ts'
import { missing } from './needs.ts'
import { networkOf } from './network.ts'
import { installPrograms } from './programs.ts'
import { tryShape, type World } from './shape.ts'
import { type OfferedWheel, realWheel, smallWheels } from './torch-wheels.ts'
import { tryWhole } from './whole.ts'

const { values, positionals } = parseArgs({
  options: { small: { type: 'boolean' }, debian: { type: 'string' } },
  allowPositionals: true,
})
const lacks = missing(tmpdir(), values.small ? 8e9 : 30e9)
if (lacks) {
  console.log(`skipped: ${lacks}`)
  process.exit(0)
}
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-image-')))
const engine = openEngine(temporary)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    endAll()
    process.exitCode = 130
  })
const isChosen = (id: string) => positionals.length === 0 || positionals.includes(id)
try {
  const programs = await installPrograms(temporary)
  await makeUvImage(programs.uv, engine)
  const shapes = cases.filter(({ id }) => isChosen(id))
  const [shapesBase, wholeBase] = bases
  if (shapes.length > 0)
    await inWorld(shapesBase, await smallWheels(), programs.bin, async world => {
      for (const shape of shapes) await tryShape(shape, world)
    })
  if (!values.small && isChosen('service')) {
    const wheel = await realWheel(process.env['PIP_FIND_LINKS'], wholeBase.python)
    await inWorld(wholeBase, wheel ? [wheel] : [], programs.bin, tryWhole)
  }
  conclude()
} catch (error) {
  if (!(error instanceof Lacking)) throw error
  console.log(`skipped: ${error.message}`)
} finally {
  await engine.removeAll()
  rmSync(temporary, { recursive: true, force: true })
}

/** Makes the base image of a world, does something in it, and ends it. Without wheels the index of CPU builds itself is asked. */
async function inWorld(
  base: Base,
  wheels: readonly OfferedWheel[],
  bin: readonly string[],
  does: (world: World) => Promise<void>,
): Promise<void> {
  const standIns = wheels.length > 0 ? [await serveCpuIndex(wheels)] : []
  const network = networkOf(standIns, temporary, bin)
  try {
    const archive = values.debian && join(values.debian, `${base.release}.tar`)
    await makePythonImage(base, engine, network, archive && existsSync(archive) ? archive : undefined)
    await does({ engine, network, base })
  } finally {
    for (const standIn of standIns) standIn.close()
  }
}
