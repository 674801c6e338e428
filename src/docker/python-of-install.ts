import { bringsPython, environmentOfInstall, environmentsOf, minorOf, pythonOfStage } from './environments.ts'
import { type Install, optionsNamed } from './install.ts'

/** The Python that an install is for, where the file leaves no doubt. */
export function pythonOfInstall(install: Install): string | undefined {
  if (install.tool !== 'pip' && install.tool !== 'uv pip') return undefined
  if (optionsNamed(install.options, '--python-version', '--platform', '--python', '-p').length > 0) return undefined
  if (install.python !== undefined) return install.python
  const place = environmentOfInstall(install)
  const made = environmentsOf(install.stage).find(({ path }) => path === place)
  if (made?.python !== undefined) return minorOf(made.python)
  return bringsPython(install.stage) ? undefined : pythonOfStage(install.stage)
}
