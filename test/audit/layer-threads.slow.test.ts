import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { torchpinIn } from '../loopback/torchpin.ts'
import { sandbox } from '../sandbox.ts'
import { imageTar } from './make-image.ts'
import { file } from './make-tar.ts'
import { baseImage, cpuTorch, cudaTorch } from './packages.ts'

const { temporary } = sandbox()
/** Does not pack, so that a layer is long enough to be read in a thread of its own. */
const long = file('noise', randomBytes(2 ** 22 + 1_000))
const site = 'usr/lib/python3/site-packages'

/** The audit of an archive, from a file by threads, and from standard input by none. */
async function audits(archive: Buffer) {
  const torchpin = torchpinIn(temporary)
  writeFileSync(join(temporary, 'image.tar'), archive)
  const args = ['audit', '--format', 'json']
  const fromFile = await torchpin(temporary, [...args, 'image.tar'])
  const fromStdin = await torchpin(temporary, [...args, '-'], { stdin: archive })
  return { fromFile, fromStdin }
}

describe('layers that are read in threads', () => {
  test.each(['gzip', 'zstd'] as const)('%s: the same answer as without', async packing => {
    const layers = [[...baseImage, long], [...cudaTorch(site), long], cpuTorch(`opt/${site}`), [file('.wh.noise')]]
    const { fromFile, fromStdin } = await audits(imageTar({ layers, packing }, 'oci'))
    expect(fromFile.code).toBe(1)
    expect(JSON.parse(fromFile.stdout).findings.length).toBeGreaterThan(0)
    const source = (stdout: string) => ({
      ...JSON.parse(stdout),
      source: undefined,
      findings: JSON.parse(stdout).findings.map((each: object) => ({ ...each, path: undefined })),
    })
    expect(source(fromFile.stdout)).toEqual(source(fromStdin.stdout))
  })

  test('a damaged layer fails alike', async () => {
    const archive = imageTar({ layers: [[...baseImage, long], [long]], packing: 'gzip' }, 'oci')
    archive.fill(0xff, archive.length - 1_000_000, archive.length - 900_000)
    const { fromFile, fromStdin } = await audits(archive)
    expect(fromFile.code).toBe(fromStdin.code)
    expect(fromFile.stderr.replaceAll('image.tar', '-')).toBe(fromStdin.stderr.replaceAll('standard input', '-'))
  })
})
