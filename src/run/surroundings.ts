import type { Options } from '../contract/options.ts'
import { type FoldersUpwards, foldersListedOnce } from '../files/folders.ts'
import { type DetectInstaller, installersDetected } from '../project-files/installer.ts'
import { type FindRenovateSettings, renovateSettings } from '../project-files/renovate.ts'
import { type PythonsAround, pythonsStated } from '../project-files/stated-pythons.ts'

/** What the repositories of a run say about its files. Each folder is listed and read once for all units of the run. */
export interface Surroundings {
  readonly pythonsAround: PythonsAround
  readonly installer: DetectInstaller
  readonly renovate: FindRenovateSettings
}

/** Makes ready to read. Nothing is read yet. @param upwards the way to folders that the run has listed so far */
export function surroundingsOf(
  { cwd }: Pick<Options, 'cwd'>,
  upwards: FoldersUpwards = foldersListedOnce(),
): Surroundings {
  return {
    pythonsAround: pythonsStated({ cwd }, upwards),
    installer: installersDetected(cwd, upwards),
    renovate: renovateSettings(cwd, upwards),
  }
}
