import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditResult } from '../../src/contract/results/audit.ts'
import { holds } from '../claims.ts'
import { lastLines } from './command.ts'
import { dockerSize } from './docker.ts'
import type { Form, Unpacked } from './engine.ts'
import { torchpin } from './repository.ts'
import type { World } from './shape.ts'

/** What an image weighs: unpacked, and as an archive of each form. */
export interface Weighed {
  readonly audit: AuditResult
  readonly archives: ReadonlyMap<Form, number>
}

export const forms: readonly Form[] = ['docker-archive', 'oci-gzip', 'oci-zstd']

/**
 * Holds that `audit` reads every layer of an image as the engine has it unpacked, in each form of archive, and that it keeps
 * to a size of as many bytes and not of one fewer.
 *
 * @param image `gpu`: whether something in it is for GPUs
 */
export async function holdSizes(
  { tag, gpu, forms }: { readonly tag: string; readonly gpu: boolean; readonly forms: readonly Form[] },
  { engine, network }: World,
): Promise<Weighed> {
  const layers = await engine.layers(tag)
  const size = layers.reduce((sum, { bytes }) => sum + bytes, 0)
  const links = layers.reduce((sum, layer) => sum + layer.links, 0)
  const archives = new Map<Form, number>()
  let audit: AuditResult | undefined
  for (const form of forms) {
    const file = join(engine.place.cwd, `${tag}.${form}.tar`)
    await engine.save(tag, form, file)
    archives.set(form, statSync(file).size)
    const budget = ['--max-size', `${form === 'oci-gzip' ? size - 1 : size}`]
    const { stdout, stderr } = await torchpin(network, engine.place.cwd, 'audit', '--format', 'json', ...budget, file)
    if (stdout === '') throw new Error(`audit of ${form}: ${lastLines(stderr)}`)
    audit = JSON.parse(stdout) as AuditResult
    holds(
      `${form}: the layers weigh what the engine has`,
      audit.layers.map(({ bytes }) => bytes),
      layers.map(({ bytes }) => bytes),
    )
    holds(
      `${form}: ${budget.join(' ')}`,
      audit.budgets.map(({ exceeded }) => !exceeded),
      [form !== 'oci-gzip'],
    )
    holds(`${form}: ${gpu ? 'is for GPUs' : 'nothing for GPUs'}`, audit.accelerator.shipped > 0, gpu)
    if (form === 'docker-archive') await holdDockerSize(file, { bytes: size, links })
    rmSync(file)
  }
  console.log(`      ${size} bytes; archives ${[...archives.values()].join(', ')}`)
  return { audit: audit!, archives }
}

/** Docker counts the size that a header states, and those that buildah writes of symbolic links state the length of its text. */
async function holdDockerSize(file: string, { bytes, links }: Unpacked): Promise<void> {
  const docker = await dockerSize(file)
  if (docker === undefined) console.log('      no Docker runs here: its size is not asked')
  else holds(`docker-archive: Docker says ${docker}, which is that and ${links} of links`, docker, bytes + links)
}
