import { describe, expect, test } from 'vitest'
import { checkDockerfile } from '../../src/docker/check.ts'
import { initDocker } from '../../src/docker/init.ts'
import { sandbox } from '../sandbox.ts'

const { folderWith } = sandbox()
const script = '# /// script\n# dependencies = ["torch"]\n# ///\nimport torch\n'

async function codes(command: string, files: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const Dockerfile = `FROM python:3.12-slim\nWORKDIR /app\nCOPY app.py /app/\n${command}\n`
  const cwd = folderWith({ Dockerfile, 'app.py': script, '.dockerignore': '.git\n', ...files })
  const { result } = await checkDockerfile([], { cwd })
  return result.files.flatMap(({ findings }) => findings.map(({ code }) => code))
}

describe('a script with metadata that asks for torch', () => {
  test.each<[command: string, reported: boolean]>([
    ['CMD ["uv", "run", "app.py"]', true],
    ['CMD uv run app.py --port 80', true],
    ['ENTRYPOINT ["uv", "run", "--script", "/app/app.py"]', true],
    ['RUN uv run --python 3.12 app.py', true],
    ['CMD ["uv", "run", "python", "app.py"]', false],
    ['CMD ["uv", "run", "--default-index", "https://download.pytorch.org/whl/cpu", "app.py"]', false],
    ['CMD ["uv", "run", "other.py"]', false],
    ['CMD ["python", "app.py"]', false],
  ])('%s', async (command, reported) => {
    expect((await codes(command)).includes('torch-without-cpu-index')).toBe(reported)
  })

  test('with a lock file beside it, which decides', async () => {
    expect(await codes('CMD ["uv", "run", "app.py"]', { 'app.py.lock': 'version = 1\n' })).not.toContain(
      'torch-without-cpu-index',
    )
  })

  test('docker init names it', async () => {
    const { result } = await initDocker('.', { cwd: folderWith({ 'app.py': script }) })
    expect(result.findings.map(({ code, message }) => `${code}: ${message}`)).toContain(
      'init-requirements-unknown: app.py says in its own metadata what it needs, which only uv run installs',
    )
  })
})
