// Looks at a folder without changing it: its requirements file, its Dockerfile, an environment in it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { audit, checkDockerfile, explain, initDocker, rewrite, TorchpinError, versions } from 'torchpin'

const [folder = '.'] = process.argv.slice(2)
const offline = { cwd: folder, offline: true }

const { result } = await rewrite(['requirements.txt'], { ...offline, sizes: false })
process.stdout.write(result.files[0].diff)

const { releases } = await versions('torch', { offline: true, python: ['3.12'], limit: 3 })
for (const { version, pairs } of releases) console.log(version, 'goes with torchvision', pairs.torchvision[0])

const docker = await checkDockerfile([folder])
for (const { code, line, message } of docker.result.files[0].findings) {
  console.log(`Dockerfile:${line}: ${code}: ${message}`)
  console.log(`  ${explain(code)[0].fix}`)
}

if (existsSync(join(folder, '.venv'))) {
  const { ok, accelerator } = await audit('.venv', { cwd: folder })
  console.log(ok ? 'no CUDA in .venv' : `${accelerator.effective} bytes for GPUs in .venv`)
}

try {
  await initDocker(join(folder, 'nothing-here'))
} catch (error) {
  if (!(error instanceof TorchpinError)) throw error
  console.log(error.code, error.exitCode)
}
