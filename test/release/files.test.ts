import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { checksums, mismatches } from '../../scripts/release/checksums.ts'
import { publications } from '../../scripts/release/publications.ts'
import { billOfMaterials } from '../../scripts/release/sbom.ts'
import { folderWith } from '../workspace/temporary.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8')

const cycloneDx = JSON.parse(read('test/release/cyclonedx.json'))

describe('the bill of materials', () => {
  const materials = {
    manifest: read('package.json'),
    lock: read('package-lock.json'),
    licences: read('dist/THIRD_PARTY_LICENCES.txt'),
    date: new Date('2026-12-01T00:00:00Z'),
  }
  const bill = billOfMaterials(materials)

  test('is CycloneDX 1.6', () => {
    const validate = new Ajv({ allErrors: true }).compile(cycloneDx)
    expect(validate(bill), JSON.stringify(validate.errors, null, 2)).toBe(true)
  })

  test('that schema refuses another document', () => {
    const validate = new Ajv().compile(cycloneDx)
    for (const wrong of [
      { ...bill, specVersion: '1.7' },
      { ...bill, serialNumber: 'urn:uuid:1' },
      { ...bill, components: [{ ...bill.components[0], type: 'thing' }] },
      { ...bill, components: [{ ...bill.components[0], more: 1 }] },
    ])
      expect(validate(wrong)).toBe(false)
  })

  test('has every library of the bundle, none of the tools that made it', () => {
    const names = bill.components.map(({ group, name }) => (group ? `${group}/${name}` : name))
    expect(names).toEqual(expect.arrayContaining(['@renovatebot/pep440', 'commander', 'undici', 'yaml', 'zstddec']))
    expect(names.filter(name => /^(?:esbuild|typescript|vitest)$/.test(name))).toEqual([])
    expect(bill.dependencies[0]!.dependsOn).toHaveLength(names.length)
  })

  test('names each by its package URL, with the sha512 of the lock', () => {
    const pep440 = bill.components.find(({ name }) => name === 'pep440')!
    expect(pep440.purl).toBe(`pkg:npm/%40renovatebot/pep440@${pep440.version}`)
    const { integrity } = JSON.parse(materials.lock).packages['node_modules/@renovatebot/pep440']
    expect(pep440.hashes[0]!.content).toBe(Buffer.from(integrity.slice(7), 'base64').toString('hex'))
  })

  test('is the same for the same commit, and another for another', () => {
    expect(billOfMaterials(materials)).toEqual(bill)
    const later = billOfMaterials({ ...materials, date: new Date('2026-12-02T00:00:00Z') })
    expect(later.serialNumber).not.toBe(bill.serialNumber)
  })

  test('refuses a library that the lock does not have', () => {
    const licences = `${materials.licences}\n\nleft-pad 1.3.0 (WTFPL)\n`
    expect(() => billOfMaterials({ ...materials, licences })).toThrow(
      'package-lock.json has no sha512 of left-pad 1.3.0',
    )
  })
})

describe('the checksums', () => {
  const folder = () => folderWith({ 'b.whl': 'wheel\n', 'a.tgz': 'tarball\n' })

  test('are what sha256sum reads', () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'SHA256SUMS'), checksums([join(cwd, 'b.whl'), join(cwd, 'a.tgz')]))
    expect(readFileSync(join(cwd, 'SHA256SUMS'), 'utf8')).toMatch(/^[0-9a-f]{64} {2}a\.tgz\n[0-9a-f]{64} {2}b\.whl\n$/)
    if (process.platform === 'linux')
      expect(execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd, encoding: 'utf8' })).toBe(
        'a.tgz: OK\nb.whl: OK\n',
      )
  })

  test('name the file that changed', () => {
    const cwd = folder()
    const list = checksums([join(cwd, 'b.whl'), join(cwd, 'a.tgz')])
    expect(mismatches(list, cwd)).toEqual([])
    writeFileSync(join(cwd, 'b.whl'), 'another\n')
    expect(mismatches(list, cwd)).toEqual(['b.whl'])
  })
})

test('what a release publishes', () => {
  const made = {
    version: '1.2.3',
    home: 'Acme/torchpin',
    tarball: 'torchpin-1.2.3.tgz',
    wheel: 'torchpin-1.2.3-py3-none-any.whl',
    assets: ['torchpin-1.2.3.tgz', 'SHA256SUMS'],
  }
  expect(publications(made).map(({ where, what }) => `${where}: ${what}`)).toEqual([
    'npm: torchpin-1.2.3.tgz as torchpin 1.2.3, with provenance',
    'the Python index: torchpin-1.2.3-py3-none-any.whl, with attestations',
    'the container registry: ghcr.io/acme/torchpin:1.2.3, ghcr.io/acme/torchpin:1, ghcr.io/acme/torchpin:latest',
    'GitHub, release v1.2.3: torchpin-1.2.3.tgz, SHA256SUMS',
    'GitHub, tag v1: the commit of v1.2.3, for uses: Acme/torchpin@v1',
  ])
})
