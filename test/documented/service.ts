import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { imageTar } from '../audit/make-image.ts'
import { baseImage, cpuTorch } from '../audit/packages.ts'
import { writeFiles } from '../workspace/temporary.ts'

const files = {
  '.github/workflows/tests.yml':
    'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip install torch\n',
  'scripts/install.sh': 'pip install torch\n',
  'torchpin.toml': 'offline = true\n',
  '.python-version': '3.12\n',
  'requirements.txt': 'torch>=2.0.0\nfastapi\nuvicorn\n',
  'legacy/requirements.txt': 'torch==2.2.0\n',
  'main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n',
  '.gitignore': '.venv\n*.tar\n.bin\n',
}

/**
 * A service in a repository of its own whose `origin/main` is what is checked out; `docker` is a stand-in that gives an image which
 * was made here, and settings have the snapshot answer for the indexes.
 *
 * @param folder a new one
 * @param command the file that `torchpin` starts
 * @param withDockerfile whether there is one to check; `docker init` writes none over another
 */
export function makeService(folder: string, command: string, withDockerfile: boolean): void {
  writeFiles(folder, files)
  if (withDockerfile) cpSync('examples/Dockerfile', join(folder, 'Dockerfile'))
  for (const { path, data } of cpuTorch('.venv/lib/python3.12/site-packages')) {
    if (data === undefined) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof data === 'number' ? Buffer.alloc(data) : data)
  }
  const layer = cpuTorch('usr/local/lib/python3.12/site-packages')
  writeFileSync(join(folder, 'image.tar'), imageTar({ layers: [[...baseImage, ...layer]] }, 'docker-new'))
  const bin = join(folder, '.bin')
  mkdirSync(bin)
  symlinkSync(command, join(bin, 'torchpin'))
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\n[ "$1" = save ] && [ "$2" = app ] && exec cat image.tar\n')
  chmodSync(join(bin, 'docker'), 0o755)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: folder,
      stdio: 'ignore',
    })
  git('init', '--initial-branch', 'main')
  git('add', '.')
  git('commit', '--message', 'Start')
  git('update-ref', 'refs/remotes/origin/main', 'HEAD')
}
