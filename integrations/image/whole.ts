import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RewriteResult, Savings } from '../../src/contract/results/rewrite.ts'
import { holds } from '../claims.ts'
import type { Case } from './cases.ts'
import { output } from './command.ts'
import type { Form } from './engine.ts'
import { makeRepository, torchpin } from './repository.ts'
import { holdsCode, type World } from './shape.ts'
import { forms, holdSizes, type Weighed } from './sizes.ts'
import { ask } from './started.ts'

const service: Case = { id: 'service', health: '/health', answers: /"scored":\s*\[3,\s*1\]/ }

/** Bytes of an installed environment, by `du -sb`. */
interface Environment {
  readonly all: number
  readonly withoutBytecode: number
}

/** An image, what of it is the environment, and how it was weighed. */
interface Side {
  readonly weighed: Weighed
  readonly environment: Environment
}

/**
 * A service with the real builds of torch: as many write it, in one stage from the public index, and as torchpin writes it.
 * Both answer; what `rewrite` says is saved is what the disk has. Prints a table of both.
 */
export async function tryWhole(world: World): Promise<void> {
  const { engine, network, base } = world
  const folder = join(engine.place.cwd, service.id)
  console.log('\na service, with the CUDA build of torch and with the CPU build')
  await makeRepository(service, network, folder, base.python)
  copyFileSync(join(folder, 'before.Dockerfile'), join(folder, 'Dockerfile'))
  const before = await sideOf('before', { folder, python: `/usr/local/lib/python${base.python}/dist-packages` }, world)
  for (const name of ['Dockerfile', 'before.Dockerfile']) rmSync(join(folder, name))
  const rewritten = await torchpin(network, folder, 'rewrite', '--format', 'json', '.')
  if (!holdsCode('torchpin rewrite .', rewritten)) return
  if (
    !holdsCode(
      'torchpin docker init',
      await torchpin(network, folder, 'docker', 'init', '--base', `slim-${base.release}`),
    )
  )
    return
  const after = await sideOf('after', { folder, python: `/opt/venv/lib/python${base.python}/site-packages` }, world)
  if (!before || !after) return
  const { savings } = JSON.parse(rewritten.stdout) as RewriteResult
  holdSavings(savings!.saved, before.environment, after.environment)
  printTable(before, after)
}

/** Builds a folder, starts the image, and weighs both it and its environment. Undefined: it could not be built. */
async function sideOf(
  tag: string,
  { folder, python }: { readonly folder: string; readonly python: string },
  world: World,
): Promise<Side | undefined> {
  const { engine, network } = world
  const began = performance.now()
  if (!holdsCode(`${tag}: is built`, await engine.build(folder, tag, network.standIns))) return undefined
  console.log(`      built in ${Math.round((performance.now() - began) / 1000)} s`)
  const container = await engine.container(tag)
  try {
    // Before the application runs, for a run may leave bytecode.
    const environment = await environmentAt(join(await engine.mounted(container), python), world)
    const { status, body, printed } = await ask(engine, container, tag, service.health)
    holds(`${tag}: answers ${service.health}`, [status, service.answers.test(body)], [200, true])
    console.log(status === 200 ? `      ${body}` : printed)
    return { environment, weighed: await holdSizes({ tag, gpu: tag === 'before', forms }, world) }
  } finally {
    await engine.remove(container)
  }
}

/** What `python -m venv` puts there, and Debian elsewhere. */
const tools = ['pip', 'pip-*.dist-info', 'setuptools', 'setuptools-*.dist-info', 'pkg_resources', '_distutils_hack']

async function environmentAt(folder: string, { engine }: World): Promise<Environment> {
  const bytes = async (...without: readonly string[]): Promise<number> => {
    const words = [...tools, ...without].map(pattern => `--exclude=${pattern}`)
    return Number.parseInt(await output('du', ['--summarize', '--bytes', ...words, folder], engine.place), 10)
  }
  return { all: await bytes(), withoutBytecode: await bytes('__pycache__') }
}

/** How far what `rewrite` says may be from what the disk has. */
const tolerances = { unpacked: 0.005, withBytecode: 0.02 }

function holdSavings(saved: Savings['saved'], before: Environment, after: Environment): void {
  const compare = (what: string, told: number, measured: number, tolerance: number) => {
    const off = Math.abs(told - measured) / measured
    console.log(`      ${what}: told ${told}, by du ${measured}, ${(100 * off).toFixed(3)} % off`)
    holds(`savings, ${what}: within ${100 * tolerance} %`, off <= tolerance, true)
  }
  const unpacked = before.withoutBytecode - after.withoutBytecode
  compare('unpacked', saved.installed, unpacked, tolerances.unpacked)
  compare('with bytecode', saved.installed + (saved.bytecode ?? 0), before.all - after.all, tolerances.withBytecode)
}

function printTable(before: Side, after: Side): void {
  const row = (what: string, of: (side: Side) => number) =>
    console.log(`| ${what} | ${of(before).toLocaleString('en-US')} | ${of(after).toLocaleString('en-US')} |`)
  const archive = (form: Form) => row(`archive, ${form}`, ({ weighed }) => weighed.archives.get(form)!)
  console.log('\n| bytes | before | after |\n| --- | ---: | ---: |')
  row('the image, unpacked', ({ weighed }) => weighed.audit.shipped.bytes)
  row('its environment', ({ environment }) => environment.all)
  row('of that, bytecode', ({ environment }) => environment.all - environment.withoutBytecode)
  row('for GPUs', ({ weighed }) => weighed.audit.accelerator.shipped)
  for (const form of forms) archive(form)
}
