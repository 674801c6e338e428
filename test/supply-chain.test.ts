import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8')

interface Locked {
  readonly integrity?: string
  readonly resolved?: string
  readonly hasInstallScript?: boolean
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> }
const locked = Object.entries(packages).filter(([place]) => place !== '')

test('every package of the lock file has a sha512, those of other platforms too', () => {
  expect(locked.length).toBeGreaterThan(200)
  expect(locked.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))).toEqual([])
})

test('the lock file names no address to download from', () => {
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  expect(read('package-lock.json')).not.toMatch(/registry\.|\.tgz/)
})

test('one package alone asks to run a script when it is installed', () => {
  expect(locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => place)).toEqual([
    'node_modules/esbuild',
  ])
})

test('nothing is installed but from the lock file and without scripts: neither here nor for the action and the hooks', () => {
  expect(read('.ci/run')).toMatch(/^npm ci --ignore-scripts$/m)
  expect(read('scripts/prepare.js')).toMatch(/npm\('ci',.*'--ignore-scripts'/)
  expect(JSON.parse(read('package.json'))).not.toHaveProperty('dependencies')
  for (const hook of parse(read('.pre-commit-hooks.yaml'))) expect(hook).not.toHaveProperty('additional_dependencies')
})
